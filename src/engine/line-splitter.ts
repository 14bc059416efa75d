/** Turns chunks of bytes into lines, so that a character cut by a chunk's end stays whole. */

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

/** Text of a build must not steer the user's terminal: no escape sequences, no control characters but tab. */
export function stripControls(text: string): string {
  return text
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-_])/g, '')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
