/** A compose file without services: Compose itself says what the expressions in it stand for. */
import { parse } from 'yaml';
import { unescapeDollars } from './expressions.js';
import { asList, asObject, asText } from './json.js';
import { quotedText } from './quoted-text.js';

export function expressionsFile(expressions: readonly string[]): string {
  return `name: values\nservices: {}\nx-values: [${expressions.map(quotedText).join(', ')}]\n`;
}

/** Their values, in order, from what Compose printed. */
export function expressionValues(resolved: string): readonly string[] {
  const values = asList(asObject(parse(resolved))['x-values']);
  return values.map((value) => unescapeDollars(asText(value) ?? ''));
}
