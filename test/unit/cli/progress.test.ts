import xterm from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import type { BundleEvent } from '../../../src/bundle-options.js';
import type { ProgressMode } from '../../../src/cli/invocation.js';
import { withProgress } from '../../../src/cli/with-progress.js';
import { fakeStreams } from './fake-streams.js';

const { Terminal } = xterm;

const WARNING = { code: 'NOTE', severity: 'warning', message: 'something', fix: 'look' } as const;
const EVENTS: readonly BundleEvent[] = [
  { type: 'stage', stage: 'load' },
  { type: 'warning', problem: WARNING },
  { type: 'stage', stage: 'build' },
  { type: 'step-started', id: 'a', name: '[1/2] FROM base' },
  { type: 'step-progress', id: 'a', current: 1_500_000, total: 3_000_000 },
  { type: 'step-started', id: 'b', name: 'copy /context /' },
  { type: 'step-done', id: 'b', name: 'copy /context /', cached: true, seconds: 0 },
  { type: 'step-log', id: 'a', text: 'unpacking' },
  { type: 'step-done', id: 'a', name: '[1/2] FROM base', cached: false, seconds: 1.26 },
  { type: 'step-done', id: 'a', name: '[1/2] FROM base', cached: false, seconds: 1.26 },
  { type: 'line', text: 'pushed' },
];

async function shown(mode: ProgressMode, options: Parameters<typeof fakeStreams>[0] = {}): Promise<string> {
  const streams = fakeStreams(options);
  await withProgress(streams, mode, async (onEvent) => {
    for (const event of EVENTS) onEvent(event);
    return { warnings: [WARNING] };
  });
  expect(streams.out()).toBe('');
  return streams.err();
}

const NOTE = 'warning NOTE: something\n  fix: look\n';

describe('progress', () => {
  test('is lines that stay when nobody watches', async () => {
    const lines = [
      'reading the project',
      'building the image',
      '#1 [1/2] FROM base',
      '#2 copy /context /',
      '#2 cached',
      '#1 unpacking',
      '#1 done 1.3s',
      '#1 done 1.3s',
      'pushed',
    ];
    expect(await shown('auto')).toBe(`${lines.join('\n')}\n${NOTE}`);
    expect(await shown('auto', { isTTY: true, env: { CI: 'true', NO_COLOR: '1' } })).toBe(
      await shown('plain'),
    );
  });

  test('is one event per line as JSON', async () => {
    const text = await shown('json');
    expect(text.endsWith(NOTE)).toBe(true);
    const lines = text.slice(0, -NOTE.length).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(EVENTS);
  });

  test('is nothing but warnings when quiet', async () => {
    expect(await shown('quiet')).toBe(NOTE);
  });

  test('on a terminal shows each step once when it is done, and leaves nothing below', async () => {
    const text = await shown('auto', { isTTY: true });
    expect(await render(text)).toEqual([
      'reading the project',
      'building the image',
      '✓ copy /context / cached',
      '✓ [1/2] FROM base 1.3s',
      'pushed',
      'warning NOTE: something',
      '  fix: look',
    ]);
    expect(text).toContain('1.5 MB of 3.0 MB');
  });

  test('on a terminal gives each step one row, however long its command', async () => {
    const streams = fakeStreams({ isTTY: true });
    const name = `[3/9] RUN ${'word '.repeat(40)}`;
    await withProgress(streams, 'tty', async (onEvent) => {
      onEvent({ type: 'step-started', id: 'a', name });
      onEvent({ type: 'step-log', id: 'a', text: name });
      onEvent({ type: 'step-done', id: 'a', name, cached: false, seconds: 12.34 });
      return { warnings: [] };
    });
    const rows = await render(streams.err());
    expect(rows).toEqual([expect.stringMatching(/^✓ \[3\/9\] RUN .*… 12\.3s$/)]);
  });

  test('keeps warnings when the work fails', async () => {
    const streams = fakeStreams();
    const work = withProgress(streams, 'quiet', async (onEvent) => {
      for (const event of EVENTS) onEvent(event);
      throw new Error('later');
    });
    await expect(work).rejects.toThrow('later');
    expect(streams.err()).toBe(NOTE);
  });
});

/** What a real terminal emulator shows at the end. */
async function render(text: string): Promise<string[]> {
  const terminal = new Terminal({ cols: 60, rows: 40, convertEol: true, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const { active } = terminal.buffer;
  const rows = Array.from({ length: active.length }, (_, row) =>
    active.getLine(row)?.translateToString(true),
  );
  return rows.filter((row) => row !== undefined && row !== '') as string[];
}
