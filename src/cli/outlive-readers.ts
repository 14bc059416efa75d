/** The work goes on when nobody reads what it prints any more: `bundle-shared … 2>&1 | head -1`, a terminal that was closed. */
import type { Streams } from './streams.js';

const GONE = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/** Any other failure of an output, such as a full disk, is as fatal as it was. */
export function outliveReaders({ stdout, stderr }: Streams): void {
  for (const output of [stdout, stderr]) {
    output.on?.('error', (error) => {
      if (!GONE.has(error.code ?? '')) throw error;
    });
  }
}
