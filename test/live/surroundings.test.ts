import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planBundle } from '../../src/bundle.js';
import { dockerEngine } from '../../src/engine/docker-engine.js';
import { bundleOf, discardFolders } from './bundles.js';
import { docker } from './docker.js';
import { membersOf } from './life/bundle-state.js';
import { type Asked, askBundle, askPlain, type Told } from './told.js';

const FOLDER = 'test/live/projects/surroundings';
const FILE = `${FOLDER}/compose.yaml`;
const shell = { SURROUNDINGS_VALUE: 'from the shell: "$x" %', PASSED: 'passed on' };
const services = [
  'plain',
  'words',
  'shell-words',
  'environment',
  'environment-of-files',
  'user-name',
  'user-ids',
  'user-unknown',
  'user-hidden',
  'user-group',
  'directory',
  'caps',
  'limits',
  'more-limits',
  'reading',
  'scratch',
  'hidden',
];

let plain: Asked;

beforeAll(async () => {
  process.env.SURROUNDINGS_VALUE = shell.SURROUNDINGS_VALUE;
  plain = await askPlain(FILE, 'surroundings', shell);
});

afterAll(async () => {
  await plain.discard();
  discardFolders();
});

describe.each([
  { rung: 'userns', allow: [] },
  { rung: 'sys-admin', allow: ['sys-admin'] },
] as const)(
  'a program in a bundle on rung $rung is given what it was given in its own container',
  ({ rung, allow }) => {
    let bundled: Asked;

    beforeAll(async () => {
      const name = `surroundings-${rung}`;
      bundled = await askBundle(
        await bundleOf(FILE, { tag: `bundle-shared-test:${name}`, allow }),
        name,
        shell,
      );
    });

    afterAll(async () => bundled.discard());

    it.each(services)('%s', (service) => {
      expect(plain.told[service]).toBeDefined();
      expect(bundled.told[service]).toEqual(plain.told[service]);
    });
  },
);

describe('a program in a bundle on rung chroot is given what it was given in its own container', () => {
  const NAME = 'surroundings-chroot';
  /** Each takes a mount of its own, which a chroot has not. */
  const REFUSED = ['hidden', 'reading'];
  let refused: readonly string[];
  let bundled: Asked;
  let seen: Told;

  beforeAll(async () => {
    refused = await refusedOnChroot();
    const made = await bundleOf(FILE, {
      files: [FILE, `${FOLDER}/chroot.yaml`],
      exclude: refused,
      tag: `bundle-shared-test:${NAME}`,
    });
    bundled = await askBundle(made, NAME, shell, ['test/live/projects/nothing-granted.yaml']);
    seen = await seenFromOutside(`bundle-shared-test-${NAME}-bundle-1`);
  });

  afterAll(async () => bundled.discard());

  it('but for those of which the plan says that they cannot run there', () =>
    expect(refused.toSorted()).toEqual(REFUSED));

  it.each(services.filter((one) => !REFUSED.includes(one)))('%s', (service) => {
    expect(plain.told[service]).toBeDefined();
    const told = { ...bundled.told[service], ...seen[service] };
    expect(told).toEqual(asOnChroot(plain.told[service] ?? {}));
  });
});

/** What is another there, for the reasons in docs/rungs.md. */
function asOnChroot(told: Told[string]): Told[string] {
  const { caps = '', dev = '' } = told;
  return {
    ...told,
    // Who has one of them leaves a chroot.
    caps: caps.replace(/[0-9a-f]{16}/g, (mask) => without(mask, ['SYS_CHROOT', 'MKNOD'])),
    // Of the image's own folder; nothing is mounted in it.
    dev: dev.replace('mqueue ', '').replace(/^/, 'console '),
    // It has no size.
    shm: expect.any(String),
    // The runtime adopts orphans itself.
    init: 'none',
  };
}

const BITS = { SYS_CHROOT: 1n << 18n, MKNOD: 1n << 27n };

function without(mask: string, names: readonly (keyof typeof BITS)[]): string {
  const left = names.reduce((bits, name) => bits & ~BITS[name], BigInt(`0x${mask}`));
  return left.toString(16).padStart(16, '0');
}

/** Services that have another reason than that their program looks at itself, which is there to be compared. */
async function refusedOnChroot(): Promise<readonly string[]> {
  const { plan } = await planBundle(dockerEngine(), { files: [FILE] });
  const members = plan.bundles[0]?.members ?? [];
  const LOOKS = 'its command reads /proc/self/status';
  return members
    .filter(({ launch }) => launch.needs.why.some((why) => why !== LOOKS))
    .map(({ service }) => service);
}

/** What the programs would read in /proc/self, which is no live one there. */
async function seenFromOutside(container: string): Promise<Told> {
  const pids = Object.values(await membersOf(container)).map(({ member, pid }) => `${member}=${pid}`);
  const program = `
import re, sys
def lines(path, pattern):
    found = [line for line in open(path) if re.search(pattern, line)]
    return "|".join(re.sub(r"\\s+", " ", line) for line in found)
for word in sys.argv[1:]:
    member, pid = word.split("=")
    parts = lines(f"/proc/{pid}/status", "^(Cap|NoNewPrivs|Seccomp:)"), lines(f"/proc/{pid}/limits", "^Max"), lines(f"/proc/{pid}/oom_score_adj", ".")
    print(member, *parts, sep="\\t")`;
  const { stdout } = await docker(['exec', container, 'python3', '-c', program, ...pids]);
  const rows = stdout
    .replace(/\n$/, '')
    .split('\n')
    .map((row) => row.split('\t'));
  return Object.fromEntries(
    rows.map(([member = '', caps = '', limits = '', oom = '']) => [member, { caps, limits, oom }]),
  );
}
