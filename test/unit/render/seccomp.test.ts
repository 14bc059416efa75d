import { describe, expect, it } from 'vitest';
import { asList, asObject, asTexts } from '../../../src/compose/json.js';
import type { JsonObject } from '../../../src/compose/project.js';
import type { ProcessLimits } from '../../../src/plan/plan.js';
import { bundleSeccomp, memberSeccomp } from '../../../src/render/seccomp.js';

const rules = (profile: JsonObject) => asList(profile.syscalls).map(asObject);
const allowed = (profile: JsonObject) =>
  rules(profile)
    .filter(({ action, args }) => action === 'SCMP_ACT_ALLOW' && args === undefined)
    .flatMap(({ names }) => asTexts(names));
const refused = (profile: JsonObject) =>
  rules(profile)
    .filter(({ errnoRet, args }) => errnoRet === 1 && args === undefined)
    .flatMap(({ names }) => asTexts(names));

const limits = (capabilities: readonly string[], seccomp: ProcessLimits['seccomp'] = 'default') =>
  ({ capabilities, seccomp }) as ProcessLimits;

describe('syscall filters', () => {
  const member = memberSeccomp(['CAP_CHOWN', 'CAP_SYS_CHROOT'], 'linux/amd64');

  it('a member cannot make namespaces or mounts', () => {
    for (const name of [
      'mount',
      'umount2',
      'unshare',
      'setns',
      'pivot_root',
      'bpf',
      'keyctl',
      'open_by_handle_at',
    ]) {
      expect(allowed(member)).not.toContain(name);
      expect(refused(member)).toContain(name);
    }
  });

  it('a member may do what its capabilities allow', () => {
    expect(allowed(member)).toContain('chroot');
    expect(allowed(memberSeccomp(['CAP_SYS_PTRACE'], 'linux/amd64'))).toContain('kcmp');
    expect(refused(memberSeccomp([], 'linux/amd64'))).toContain('chroot');
  });

  it('a socket of the family that the Engine refuses is refused alike', () => {
    const sockets = rules(member).filter(({ names }) => asTexts(names).includes('socket'));
    const args = (op: string) => [expect.objectContaining({ index: 0, value: 40, op })];
    expect(sockets).toEqual([
      { names: ['socket'], action: 'SCMP_ACT_ALLOW', args: args('SCMP_CMP_NE') },
      { names: ['socket'], action: 'SCMP_ACT_ERRNO', errnoRet: 1, args: args('SCMP_CMP_EQ') },
    ]);
  });

  it('no syscall stands in two rules that differ', () => {
    const names = rules(member).flatMap(({ names: some }) => [...new Set(asTexts(some))]);
    const plain = [...allowed(member), ...refused(member)];
    expect(new Set(plain).size).toBe(plain.length);
    expect(names).toContain('clone3');
  });

  it('the bundle may do all that its members may, and make namespaces', () => {
    const outer = allowed(
      bundleSeccomp([limits(['CAP_SYS_CHROOT']), limits(['CAP_SYS_TIME'])], 'linux/amd64'),
    );
    expect(outer).toEqual(
      expect.arrayContaining([...allowed(member), 'settimeofday', 'mount', 'unshare', 'pivot_root', 'clone']),
    );
    expect(outer).not.toContain('bpf');
  });

  it('the bundle has no filter where a member has none', () => {
    const members = [limits([]), limits([], 'unconfined')];
    expect(bundleSeccomp(members, 'linux/amd64')).toEqual({
      defaultAction: 'SCMP_ACT_ALLOW',
      architectures: memberSeccomp([], 'linux/amd64').architectures,
    });
  });

  it('an architecture without a list keeps to the native one', () =>
    expect(memberSeccomp([], 'linux/riscv64').architectures).toEqual([]));
});
