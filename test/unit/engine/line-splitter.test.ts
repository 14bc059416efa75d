import { expect, test } from 'vitest';
import { lineSplitter } from '../../../src/engine/line-splitter.js';

test('lines come out whole however they were cut', () => {
  const bytes = Buffer.from('one\r\nzwölf €\n\nprogress 1\rprogress 2\nlast');
  for (let size = 1; size < bytes.length; size += 1) {
    const lines: string[] = [];
    const splitter = lineSplitter((line) => lines.push(line));
    for (let at = 0; at < bytes.length; at += size) splitter.add(bytes.subarray(at, at + size));
    splitter.end();
    expect(lines).toEqual(['one', 'zwölf €', 'progress 1', 'progress 2', 'last']);
  }
});
