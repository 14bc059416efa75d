/** Compose's `${…}` expressions in strings that are kept as written. */

const EXPRESSION = /\$(?:\$|\{|[A-Za-z_])/g;

/** Whether a string holds an expression that Compose would replace; `$$` is a literal dollar. */
export function hasExpression(text: string): boolean {
  return [...text.matchAll(EXPRESSION)].some(([match]) => match !== '$$');
}

/** Whether an expression can name a variable so (compose-go, template: `[_a-z][_a-z0-9]*`). */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** The text that a string without expressions stands for: `$$` becomes `$`. */
export function unescapeDollars(text: string): string {
  return text.replaceAll('$$', '$');
}

/** The string that stands for a literal text in a compose file: `$` becomes `$$`. */
export function escapeDollars(text: string): string {
  return text.replaceAll('$', '$$$$');
}
