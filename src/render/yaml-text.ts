/** YAML that every parser reads alike, whatever characters its texts hold. */
import { Document, isDocument, isScalar, visit } from 'yaml';
import type { JsonObject } from '../compose/project.js';
import { escapeBreaks } from '../compose/quoted-text.js';

/** Line breaks other than \n, tabs and controls: block scalars and single quotes lose them, or Compose refuses them. */
const DELICATE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/u;
/** As the options of a document whose keys have tags. */
export const YAML_OPTIONS = { aliasDuplicateObjects: false, compat: 'yaml-1.1' } as const;

export function yamlText(value: JsonObject | Document): string {
  const document = isDocument(value) ? value : new Document(value, YAML_OPTIONS);
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && typeof node.value === 'string' && isDelicate(node.value))
        node.type = 'QUOTE_DOUBLE';
    },
  });
  const text = document.toString({ lineWidth: 0, singleQuote: true, doubleQuotedMinMultiLineLength: 1e9 });
  // All of them stand in double quotes by now.
  return escapeBreaks(text);
}

/** A block scalar keeps neither blanks at the head of its first line nor at the ends of lines in every parser. */
function isDelicate(text: string): boolean {
  return DELICATE.test(text) || (text.includes('\n') && (/^\s/.test(text) || /[ ]\n|[ ]$/.test(text)));
}
