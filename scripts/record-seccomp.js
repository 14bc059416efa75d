// Records the syscall filter that a Docker Engine gives a plain container, and what each capability adds to it, as
// src/render/docker-seccomp.ts. Run as root beside the Engine, with `scmp_sys_resolver` (package seccomp) on the PATH:
//   node scripts/record-seccomp.js IMAGE EXEC_ROOT
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [image, execRoot] = process.argv.slice(2);
const CAPABILITIES = [
  'AUDIT_CONTROL',
  'AUDIT_READ',
  'BLOCK_SUSPEND',
  'DAC_READ_SEARCH',
  'IPC_LOCK',
  'IPC_OWNER',
  'LEASE',
  'LINUX_IMMUTABLE',
  'MAC_ADMIN',
  'MAC_OVERRIDE',
  'NET_ADMIN',
  'NET_BROADCAST',
  'SYSLOG',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_MODULE',
  'SYS_NICE',
  'SYS_PACCT',
  'SYS_PTRACE',
  'SYS_RAWIO',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'WAKE_ALARM',
];
const ARCHITECTURE = 'x86_64';

function filterOf(...options) {
  const id = execFileSync('docker', ['run', '-d', ...options, image, 'sleep', '60'], {
    encoding: 'utf8',
  }).trim();
  try {
    const bundle = join(execRoot, 'containerd/daemon/io.containerd.runtime.v2.task/moby', id, 'config.json');
    return JSON.parse(readFileSync(bundle, 'utf8')).linux.seccomp;
  } finally {
    execFileSync('docker', ['rm', '-f', id], { stdio: 'ignore' });
  }
}

const key = (rule) => JSON.stringify(rule);
const rulesOf = (filter) =>
  filter.syscalls.flatMap(({ names, ...rest }) => names.map((name) => ({ name, ...rest })));

function additionsOf(capability, plain) {
  const known = new Set(plain.map(key));
  const rules = rulesOf(filterOf('--cap-add', capability));
  const added = rules.filter((rule) => !known.has(key(rule)));
  if (added.some(({ action, args }) => action !== 'SCMP_ACT_ALLOW' || args !== undefined))
    throw new Error(`${capability}: ${JSON.stringify(added)}`);
  return added.map(({ name }) => name);
}

function syscallName(number) {
  return execFileSync('scmp_sys_resolver', ['-a', ARCHITECTURE, String(number)], { encoding: 'utf8' }).trim();
}

function syscallNumber(name) {
  return Number(execFileSync('scmp_sys_resolver', ['-a', ARCHITECTURE, name], { encoding: 'utf8' }).trim());
}

/** Syscalls that the Engine refuses with EPERM: all up to the newest that its profile names (runc's rule). */
function refusedSyscalls(allowed) {
  const newest = Math.max(...[...allowed].map(syscallNumber));
  const names = Array.from({ length: newest + 1 }, (_, number) => syscallName(number));
  return names.filter((name) => name !== 'UNKNOWN' && !allowed.has(name)).sort();
}

const lines = (names) => {
  const rows = [''];
  for (const name of names) {
    if (`${rows.at(-1)} ${name}`.length > 96) rows.push('');
    rows[rows.length - 1] = `${rows.at(-1)} ${name}`.trim();
  }
  return `words(\`\n${rows.map((row) => `  ${row}`).join('\n')}\n\`)`;
};

const filter = filterOf();
const plain = rulesOf(filter);
const conditional = plain.filter(({ args, action }) => args !== undefined || action !== 'SCMP_ACT_ALLOW');
const allowed = plain
  .filter((rule) => !conditional.includes(rule))
  .map(({ name }) => name)
  .sort();
const additions = CAPABILITIES.map((name) => [`CAP_${name}`, additionsOf(name, plain)]).filter(
  ([, names]) => names.length > 0,
);
const chroot = rulesOf(filterOf('--cap-drop', 'SYS_CHROOT'));
const withoutChroot = allowed.filter((name) => !chroot.some((rule) => rule.name === name));
const known = new Set([
  ...allowed,
  ...conditional.map(({ name }) => name),
  ...additions.flatMap(([, names]) => names),
]);
const version = execFileSync('docker', ['version', '-f', '{{.Server.Version}}'], { encoding: 'utf8' }).trim();
const always = allowed.filter((name) => !withoutChroot.includes(name));
const byCapability = [...additions, ['CAP_SYS_CHROOT', withoutChroot]].sort(([a], [b]) => (a < b ? -1 : 1));

writeFileSync(
  'src/render/docker-seccomp.ts',
  `/** The syscall filter of a plain container, recorded from Docker Engine ${version} by scripts/record-seccomp.js. */

function words(text: string): readonly string[] {
  return text.split(/\\s+/).filter((word) => word !== '');
}

/** Allowed to every container. */
export const ALLOWED = ${lines(always)};

/** Allowed in addition to a container that has the capability. */
export const ALLOWED_BY_CAPABILITY: Readonly<Record<string, readonly string[]>> = {
${byCapability.map(([name, names]) => `  ${name}: ${lines(names)},`).join('\n')}
};

/** Allowed with certain arguments only, or answered with an errno of their own. */
export const CONDITIONAL = ${JSON.stringify(
    conditional.map(({ name, ...rest }) => ({ names: [name], ...rest })),
    null,
    2,
  )} as const;

/** Refused with EPERM; what is newer than these does not exist for the container (ENOSYS), as runc has it. */
export const REFUSED = ${lines(refusedSyscalls(new Set(allowed)).filter((name) => !conditional.some((rule) => rule.name === name)))};
`,
);
console.log(`${always.length} allowed, ${known.size} known, ${byCapability.length} capabilities`);
