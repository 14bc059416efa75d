/** Volumes, secrets, configs and tmpfs of a service, moved below its root in the bundle. */
import { hasExpression } from '../compose/expressions.js';
import { asList, asObject, asText, asTexts } from '../compose/json.js';
import type { JsonObject, Locate, Service } from '../compose/project.js';
import type { ImageFacts } from '../images/image-facts.js';
import type { Location, Problem } from '../problems.js';
import type { MemberMount, MemberTmpfs } from './plan.js';
import { planProblems } from './plan-problems.js';
import { resolveInRoot } from './resolve-in-root.js';

export interface Mounts {
  readonly mounts: readonly MemberMount[];
  readonly tmpfs: readonly MemberTmpfs[];
  readonly volumes: readonly string[];
  readonly problems: readonly Problem[];
}

interface Entry {
  readonly key: MemberMount['key'];
  readonly target: string;
  readonly written: JsonObject;
  readonly resolved: JsonObject;
}

/** Docker's flags of every tmpfs (`--tmpfs` in the reference of docker run). */
const TMPFS_FLAGS = ['nosuid', 'nodev', 'noexec'];

/** Container paths whose symbolic links in the image decide where a mount really goes. */
export function mountTargets(service: Service): readonly string[] {
  return [...entriesOf(service).map(({ target }) => target), ...tmpfsOf(service).map(({ target }) => target)];
}

/** Places every mount; a target that only a variable names, or one in a loop of links, is a problem. */
export function decideMounts(service: Service, image: ImageFacts, locate: Locate): Mounts {
  const place = (target: string) => resolveInRoot(target, image.links);
  const entries = entriesOf(service);
  const engine = entries.filter(({ resolved }) => resolved.type !== 'tmpfs');
  const mounts = engine.map((entry) => placeMount(service.name, entry, place(entry.target) ?? '/'));
  const tmpfs = tmpfsOf(service).map(({ target, options }) => ({ target: place(target) ?? '/', options }));
  const covered = new Set([
    ...mounts.map(({ entry }) => entry.target),
    ...tmpfs.map(({ target }) => rooted(service.name, target)),
  ]);
  const volumes = image.config.volumes
    .map((path) => rooted(service.name, place(path) ?? '/'))
    .filter((path) => !covered.has(path));
  return {
    mounts,
    tmpfs,
    volumes: [...new Set(volumes)].sort(),
    problems: [
      ...problemsOf(service, entries, { place, at: (key) => locate(['services', service.name, key]) }),
      ...volumeProblems(service.name, image, locate(['services', service.name, 'image'])),
    ],
  };
}

/** Paths in the member's root at which the Engine mounts something. */
export function placesOf(
  service: string,
  { mounts, volumes }: Pick<Mounts, 'mounts' | 'volumes'>,
): readonly string[] {
  const targets = [...mounts.map(({ entry }) => asText(entry.target) ?? ''), ...volumes];
  return targets.map((target) => target.slice(rooted(service, '/').length)).toSorted();
}

function rooted(service: string, path: string): string {
  return path === '/' ? `/srv/${service}` : `/srv/${service}${path}`;
}

function placeMount(service: string, { key, written, resolved }: Entry, path: string): MemberMount {
  return {
    key,
    entry: { ...written, target: rooted(service, path) },
    isPath: resolved.type === 'bind',
  };
}

function entriesOf(service: Service): readonly Entry[] {
  return (['volumes', 'secrets', 'configs'] as const).flatMap((key) => {
    const written = asList(service.written[key]).map(asObject);
    return asList(service.resolved[key]).map((item, index) => {
      const resolved = asObject(item);
      const target = targetOf(key, resolved);
      const same = written.find((entry) => targetOf(key, entry) === target) ?? written[index];
      return { key, resolved, written: same ?? resolved, target };
    });
  });
}

/** Compose's defaults: a secret stands in /run/secrets, a config at /. */
function targetOf(key: MemberMount['key'], resolved: JsonObject): string {
  const target = asText(resolved.target) ?? asText(resolved.source) ?? '';
  if (target.startsWith('/') || key === 'volumes') return target;
  return key === 'secrets' ? `/run/secrets/${target}` : `/${target}`;
}

function tmpfsOf(service: Service): readonly (MemberTmpfs & { readonly key: string })[] {
  const short = asTexts(service.resolved.tmpfs).map((text) => {
    const [target = '', options = ''] = text.split(':', 2);
    const own = options.split(',').filter((option) => option !== '');
    // crun does not undo a flag by its opposite: `exec` would leave `noexec`.
    return {
      key: 'tmpfs',
      target,
      options: [...TMPFS_FLAGS.filter((flag) => !own.includes(flag.slice(2))), ...own],
    };
  });
  const long = asList(service.resolved.volumes)
    .map(asObject)
    .filter(({ type }) => type === 'tmpfs')
    .map((volume) => ({
      key: 'volumes',
      target: asText(volume.target) ?? '',
      options: [
        ...TMPFS_FLAGS,
        ...(volume.read_only === true ? ['ro'] : []),
        ...tmpfsOptions(asObject(volume.tmpfs)),
      ],
    }));
  return [...short, ...long];
}

function tmpfsOptions(tmpfs: JsonObject): readonly string[] {
  const size = asText(tmpfs.size);
  const mode = typeof tmpfs.mode === 'number' ? tmpfs.mode.toString(8) : asText(tmpfs.mode);
  return [...(size === undefined ? [] : [`size=${size}`]), ...(mode === undefined ? [] : [`mode=${mode}`])];
}

/** The Dockerfile's language cuts blanks at the ends of a VOLUME off. */
function volumeProblems(
  service: string,
  { config }: ImageFacts,
  at: Location | undefined,
): readonly Problem[] {
  return config.volumes
    .filter((path) => path !== path.trim())
    .map((path) =>
      planProblems.VALUE_REFUSED(
        service,
        'image',
        `VOLUME ${path}`,
        at,
        'build the image with a VOLUME without blanks at its ends',
      ),
    );
}

interface Places {
  readonly place: (target: string) => string | undefined;
  readonly at: (key: string) => Location | undefined;
}

function problemsOf(service: Service, entries: readonly Entry[], { place, at }: Places): readonly Problem[] {
  const withVariable = entries.filter(({ written }) => hasExpression(asText(written.target) ?? ''));
  const isUnplaced = (target: string) =>
    !target.startsWith('/') || place(target) === undefined || place(target) === '/';
  const targets = [
    ...entries.map(({ key, target }) => ({ key, target })),
    ...tmpfsOf(service).map(({ key, target }) => ({ key, target })),
  ];
  const unplaced = targets.filter(({ target }) => isUnplaced(target));
  return [
    ...withVariable.map(({ key }) => planProblems.LATE_BINDING(service.name, key, at(key))),
    ...unplaced.map(({ key, target }) =>
      planProblems.VALUE_REFUSED(
        service.name,
        key,
        target,
        at(key),
        'mount at an absolute path below the root of the service',
      ),
    ),
  ];
}
