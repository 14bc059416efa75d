/** Turns chunks of bytes into lines, so that a character cut by a chunk's end stays whole. */
import { stripControls } from './strip-controls.js';

export interface LineSplitter {
  add(chunk: Uint8Array): void;
  /** Gives out the last line when nothing ended it. */
  end(): void;
}

/** Longer lines are given out in pieces. */
const LONGEST_LINE = 32 * 1024 * 1024;
const NEWLINE = 0x0a;

/** `onLine` gets each line that is not empty, without its end and without terminal control sequences. */
export function lineSplitter(onLine: (line: string) => void): LineSplitter {
  let rest = Buffer.alloc(0);
  const give = (bytes: Buffer) => {
    for (const part of bytes.toString('utf8').split('\r')) {
      const text = stripControls(part);
      if (text.trim() !== '') onLine(text);
    }
  };
  return {
    add(chunk) {
      rest = Buffer.concat([rest, chunk]);
      for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
        const line = rest.subarray(0, at);
        rest = rest.subarray(at + 1);
        give(line);
      }
      if (rest.length > LONGEST_LINE) this.end();
    },
    end() {
      const line = rest;
      rest = Buffer.alloc(0);
      if (line.length > 0) give(line);
    },
  };
}
