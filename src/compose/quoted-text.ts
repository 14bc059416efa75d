/** A text as a double-quoted scalar, which every YAML parser reads alike. */

/** What JSON may hold unescaped, but YAML may not, or folds. */
const BREAKS = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

export function quotedText(text: string): string {
  return escapeBreaks(JSON.stringify(text));
}

/** Escapes within what stands in double quotes. */
export function escapeBreaks(text: string): string {
  return text.replace(BREAKS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
