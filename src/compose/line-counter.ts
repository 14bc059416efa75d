/** Lines and columns of a text by its offsets. */
import { LineCounter } from 'yaml';

export function lineCounter(text: string): LineCounter {
  const lines = new LineCounter();
  for (const { index } of text.matchAll(/^/gm)) lines.addNewLine(index);
  return lines;
}
