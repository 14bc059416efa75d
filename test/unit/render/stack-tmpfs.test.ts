import { describe, expect, it } from 'vitest';
import { tmpfsLosses, tmpfsVolumes } from '../../../src/render/stack-tmpfs.js';

describe('a tmpfs in a stack', () => {
  it.each([
    ['/run', { target: '/run' }, []],
    ['/run:size=64m,ro', { target: '/run', read_only: true, tmpfs: { size: 67_108_864 } }, []],
    ['/run:rw,noexec,nosuid,nodev,mode=1777', { target: '/run' }, []],
    ['/run:mode=0700,uid=5,exec', { target: '/run' }, ['tmpfs.mode', 'tmpfs.uid', 'tmpfs.exec']],
    ['/run:size=50%', { target: '/run' }, ['tmpfs.size']],
    ['/run:size=${SIZE:-1m}', { target: '/run' }, ['tmpfs.size']],
    ['${RUN:-/run}:${MORE:-uid=1,gid=1}', { target: '${RUN:-/run}' }, ['tmpfs.${MORE:-uid=1,gid=1}']],
  ])('%s is a volume, and what that cannot say is told', (text, volume, lost) => {
    expect(tmpfsVolumes([text])).toEqual([{ type: 'tmpfs', ...volume }]);
    expect(tmpfsLosses([text])).toEqual(lost);
  });
});
