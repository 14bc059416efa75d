/** The oracle's own rules for what names another service: a bundle stands in its members' place. */
import { asObject, asText, asTexts } from '../../../src/compose/json.js';
import type { Json, JsonObject } from '../../../src/compose/project.js';
import type { ProjectPlan } from '../../../src/plan/plan.js';

const CONDITIONS = ['service_started', 'service_healthy', 'service_completed_successfully'];

/** References of services that are not in the named bundle, or of all its members together. */
export function expectedReferences(
  services: readonly JsonObject[],
  { bundles }: ProjectPlan,
  completing: ReadonlySet<string>,
  own?: string,
): JsonObject {
  const bundleOf = new Map(
    bundles.flatMap(({ bundle, members }) => members.map(({ service }) => [service, bundle] as const)),
  );
  const place = (name: string) => bundleOf.get(name) ?? name;
  const waits = services
    .flatMap(({ depends_on: all }) => Object.entries(asObject(all)))
    .filter(([name]) => own === undefined || place(name) !== own);
  const links = services
    .flatMap((service) => asTexts(service.links))
    .map((link) => link.split(':'))
    .filter(([name = '']) => own === undefined || place(name) !== own)
    .map(([name = '', alias]) =>
      bundleOf.has(name) ? `${place(name)}:${alias ?? name}` : `${name}${alias ? `:${alias}` : ''}`,
    );
  const modes = services
    .map(({ network_mode: mode }) => asText(mode))
    .filter(
      (mode) => mode !== undefined && (own === undefined || place(mode.replace('service:', '')) !== own),
    )
    .map((mode) => mode?.replace(/^service:(.*)$/, (_, name: string) => `service:${place(name)}`));
  const targets = [...new Set(waits.map(([name]) => place(name)))];
  return {
    depends_on: Object.fromEntries(
      targets.map((target) => [
        target,
        united(
          waits
            .filter(([name]) => place(name) === target)
            .map(([name, wait]) => atBundle(asObject(wait), bundleOf.get(name), completing)),
        ),
      ]),
    ),
    links: [...new Set(links)].sort(),
    network_mode: modes[0] ?? null,
  };
}

/** The same of a service of the rewritten file. */
export function actualReferences(service: JsonObject): JsonObject {
  return {
    depends_on: Object.fromEntries(
      Object.entries(asObject(service.depends_on)).map(([name, wait]) => [name, united([asObject(wait)])]),
    ),
    links: asTexts(service.links).toSorted(),
    network_mode: service.network_mode ?? null,
  };
}

/** Bundles of members that end without being started again, for all of which some service waits so. */
export function completingIn({ services }: JsonObject, { bundles }: ProjectPlan): ReadonlySet<string> {
  const all = Object.values(asObject(services)).map(asObject);
  const isDone = (name: string) =>
    all.some(({ depends_on: waits }) => asObject(asObject(waits)[name]).condition === CONDITIONS[2]);
  const isOnce = (name: string) => {
    const { restart, deploy } = asObject(asObject(services)[name]);
    const { condition } = asObject(asObject(deploy).restart_policy);
    return (condition ?? restart ?? 'no') === 'no' || condition === 'none';
  };
  // The second replica of a service is NAME-2.
  const serviceOf = (member: string) =>
    asObject(services)[member] === undefined ? member.replace(/-\d+$/, '') : member;
  const ending = bundles.filter(({ members }) =>
    members.map(({ service }) => serviceOf(service)).every((name) => isDone(name) && isOnce(name)),
  );
  return new Set(ending.map(({ bundle }) => bundle));
}

/** A member that shall be healthy, or done, makes a bundle that shall be healthy, or done where it ends. */
function atBundle(wait: JsonObject, bundle: string | undefined, completing: ReadonlySet<string>): JsonObject {
  const isStarted = wait.condition === undefined || wait.condition === 'service_started';
  const isKept = isStarted || (completing.has(bundle ?? '') && wait.condition === CONDITIONS[2]);
  return bundle === undefined || isKept ? wait : { ...wait, condition: 'service_healthy' };
}

function united(waits: readonly JsonObject[]): Json {
  const ranks = waits.map(({ condition }) => CONDITIONS.indexOf(asText(condition) ?? 'service_started'));
  return {
    condition: CONDITIONS[Math.max(...ranks)] ?? null,
    required: waits.some(({ required }) => required !== false),
    restart: waits.some(({ restart }) => restart === true),
  };
}
