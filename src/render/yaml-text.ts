/** YAML that every parser reads alike, whatever characters its texts hold. */
import { Document, isScalar, visit } from 'yaml';
import type { JsonObject } from '../compose/project.js';

/** Line breaks other than \n, tabs and controls: block scalars and single quotes lose them, or Compose refuses them. */
const DELICATE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/u;
/** What such a text may hold unescaped by the rules of JSON, but not by those of YAML. */
const BREAKS = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

export function yamlText(value: JsonObject): string {
  const document = new Document(value, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && typeof node.value === 'string' && isDelicate(node.value))
        node.type = 'QUOTE_DOUBLE';
    },
  });
  const text = document.toString({ lineWidth: 0, singleQuote: true, doubleQuotedMinMultiLineLength: 1e9 });
  // All of them stand in double quotes by now.
  return text.replace(BREAKS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A block scalar keeps neither blanks at the head of its first line nor at the ends of lines in every parser. */
function isDelicate(text: string): boolean {
  return DELICATE.test(text) || (text.includes('\n') && (/^\s/.test(text) || /[ ]\n|[ ]$/.test(text)));
}
