import type { Streams } from '../../../src/cli/streams.js';

export interface FakeStreams extends Streams {
  out(): string;
  err(): string;
}

export function fakeStreams(options: { isTTY?: boolean; env?: NodeJS.ProcessEnv } = {}): FakeStreams {
  const { isTTY = false, env = {} } = options;
  const texts = { out: '', err: '' };
  const output = (name: 'out' | 'err') => ({
    write: (text: string) => {
      texts[name] += text;
    },
    isTTY,
    columns: 60,
    rows: 40,
  });
  return { stdout: output('out'), stderr: output('err'), env, out: () => texts.out, err: () => texts.err };
}
