/** The least isolation that a member runs with, and why: what rung *chroot* cannot give (design D7). */
import { asList, asObject } from '../compose/json.js';
import type { Service } from '../compose/project.js';
import { findProcUses } from '../images/find-proc-uses.js';
import type { ImageFacts } from '../images/image-facts.js';
import { ineffectiveCapabilities } from './decide-process.js';
import type { MemberNeeds, ProcessLimits, Word } from './plan.js';

/** What the member asks of the kernel, and the ports that it cannot open in a user namespace. */
interface Asked extends ProcessLimits {
  readonly lowPorts: readonly number[];
  /** The words of its health check. */
  readonly check: readonly Word[];
}

export function decideRung(
  service: Service,
  image: ImageFacts,
  args: readonly Word[],
  process: Asked,
): MemberNeeds {
  const strong = strongReasons(service, process);
  if (strong.length > 0) return { rung: 'sys-admin', why: strong };
  const words = args.filter((word): word is string => typeof word === 'string');
  const why = [
    ...(process.readOnly ? ['read_only takes a mount of its own'] : []),
    ...(hasReadOnlyTmpfs(service) ? ['a tmpfs that is read_only takes a mount of its own'] : []),
    ...(process.seccomp === 'unconfined' ? ['seccomp=unconfined takes a filter of its own'] : []),
    ...scriptReasons(image, words),
    ...originReasons(image, words),
    ...dotnetReasons(image, words),
    ...checkReasons(process.check),
  ];
  return { rung: why.length === 0 ? 'chroot' : 'userns', why };
}

function hasReadOnlyTmpfs({ resolved }: Service): boolean {
  return asList(resolved.volumes)
    .map(asObject)
    .some(({ type, read_only }) => type === 'tmpfs' && read_only === true);
}

/** What a user namespace cannot give either. */
function strongReasons(service: Service, process: Asked): readonly string[] {
  return [
    ...ineffectiveCapabilities(service).map((name) => `${name} has no effect in a user namespace`),
    ...Object.keys(process.sysctls).map((name) => `${name} is set in an IPC namespace of its own`),
    ...process.lowPorts.map((port) => `port ${port} takes NET_BIND_SERVICE on this network`),
  ];
}

/** CMD has words, CMD-SHELL a line: in both a shell may be called. */
function checkReasons(check: readonly Word[]): readonly string[] {
  const [kind, ...words] = check.filter((word): word is string => typeof word === 'string');
  const program = kind === 'CMD' ? [(words[0] ?? '').split('/').at(-1) ?? ''] : [];
  const lines = words.filter((word) => kind === 'CMD-SHELL' || /\s/.test(word));
  const uses = [...program, ...lines].flatMap(findProcUses);
  return [...new Set(uses)].map((use) => `its health check ${use}`);
}

function scriptReasons({ programs }: ImageFacts, words: readonly string[]): readonly string[] {
  const first = programs?.[words[0] ?? ''];
  const inCommand = words
    .slice(1)
    .filter((word) => /\s/.test(word))
    .flatMap(findProcUses);
  const inScript = first?.procUses.map((use) => `${words[0]} ${use}`) ?? [];
  return [...new Set([...inScript, ...inCommand.map((use) => `its command ${use}`)])];
}

/** A busybox shell runs its commands through /proc/self/exe, so that no other program can be named there. */
function originReasons(
  { programs, hasBusyboxShell }: ImageFacts,
  words: readonly string[],
): readonly string[] {
  if (hasBusyboxShell !== true) return [];
  return words
    .filter((word) => programs?.[word]?.findsItself === true)
    .map((word) => `${word} finds its libraries by /proc/self/exe, which the busybox shell needs for itself`);
}

function dotnetReasons({ programs }: ImageFacts, words: readonly string[]): readonly string[] {
  return words
    .filter((word) => programs?.[word]?.startsDotnet === true)
    .map((word) => `${word} starts .NET, which reads /proc/self/maps`);
}
