import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discardFolders } from '../bundles.js';
import { type ToldTwice, toldTwice } from '../told.js';

let told: ToldTwice;

beforeAll(async () => {
  told = await toldTwice('test/live/projects/found/compose.yaml', 'found');
});

afterAll(async () => {
  await told.discard();
  discardFolders();
});

describe('in a bundle as in a container of its own', () => {
  it('cron runs its jobs, which write to the output of PID 1', () => {
    expect(told.plain.cron).toEqual({ job: 'root', end: '' });
    expect(told.bundled.cron).toEqual(told.plain.cron);
  });

  it('PID 1, modes of files, holes in them, names and a link in place of resolv.conf are what they were', () => {
    expect(told.plain.first).toMatchObject({ comm: 'sh', same: 'yes', private: 'refused' });
    expect(told.plain.first).toMatchObject({ names: 'my.long.name my' });
    expect(told.bundled.first).toEqual(told.plain.first);
  });

  it.each(['within', 'within-chroot'])('what is mounted below a tmpfs is there (%s)', (service) => {
    const expected = { secret: 'hello', bind: 'hello', volume: '/run/data/kept/file', tmpfs: '/tmp/file' };
    for (const one of [told.plain[service], told.bundled[service]])
      expect(one).toMatchObject({ ...expected, cwd: '/tmp/work', end: '' });
    expect(readFileSync('test/live/projects/found/within/word', 'utf8')).toBe('hello\n');
  });

  it('a tmpfs in a volume in a tmpfs is one', () => {
    expect([told.plain.within?.nested, told.bundled.within?.nested]).toEqual(['tmpfs', 'tmpfs']);
  });

  it('a member with init: true has an init', () => {
    expect(told.plain.reaped).toEqual({ comm: 'docker-init', end: '' });
    expect(told.bundled.reaped).toEqual(told.plain.reaped);
  });
});
