import { describe, expect, it } from 'vitest';
import { findProcUses } from '../../../src/images/find-proc-uses.js';

describe('a script takes a live /proc', () => {
  it.each([
    'psql --pwfile=<(printf "%s" "$P")',
    'while read -r x; do :; done < <(ls)',
    'tee >(cat)',
    'ps -o pid= -C node',
    'if pgrep -x redis-server >/dev/null; then',
    'kill $(pidof nginx)',
    'cat /proc/self/cgroup',
    'limit=$(cat /proc/$$/limits)',
    'grep Pid /proc/1/status',
  ])('%s', (line) => expect(findProcUses(`#!/bin/bash\n${line}\n`)).toHaveLength(1));
});

describe('a script does without', () => {
  it.each([
    '# ps, <(this) and /proc/self/maps in a comment',
    'exec "$@" # then ps',
    'ln -sf /proc/self/fd/1 /var/log/access.log',
    'readlink /proc/self/exe',
    'cat /proc/cpuinfo /proc/meminfo',
    'echo a-ps b.top "$ps" caps steps',
  ])('%s', (line) => expect(findProcUses(`#!/bin/sh\n${line}\n`)).toEqual([]));
});
