/** The platform's keys of each service: names that it does not know, and parameters that it would refuse. */
import { asObject, asText } from '../../compose/json.js';
import type { JsonObject, Locate, Project, Service } from '../../compose/project.js';
import { nearest } from '../../nearest.js';
import type { Problem } from '../../problems.js';
import { keyOf, PARAMS, paramsOf } from './param-renames.js';
import { servicePlanProblems } from './service-plan-problems.js';

const SERVICE_KEYS = [
  'x-omnistrate-action-hooks',
  'x-omnistrate-actionhooks',
  PARAMS,
  'x-omnistrate-capabilities',
  'x-omnistrate-compute',
  'x-omnistrate-integrations',
  'x-omnistrate-job-config',
  'x-omnistrate-mode-internal',
  'x-omnistrate-proxy-type',
  'x-omnistrate-storage',
];

/** The platform documents them in several casings. */
const TYPES =
  'String Password Secret Boolean Resource Json Any Bytes Float32 Float64 Int Int8 Int16 Int32 Int64 Uint Uint8 Uint16 Uint32 Uint64'.split(
    ' ',
  );

export function checkServices({ services, locate }: Project): readonly Problem[] {
  return services.flatMap((service) => [
    ...unknownKeys(service, locate),
    ...lowLimits(service, locate),
    ...paramsOf(service).flatMap((param, index) => paramProblems(service, param, index, locate)),
  ]);
}

function unknownKeys({ name, written }: Service, locate: Locate): readonly Problem[] {
  return Object.keys(written)
    .filter((key) => key.startsWith('x-omnistrate-') && !SERVICE_KEYS.includes(key))
    .map((key) => {
      const near = nearest(key, SERVICE_KEYS);
      return servicePlanProblems.SERVICE_PLAN_DOUBT(
        `"${key}" of service "${name}" is not known to this version`,
        locate(['services', name, key]),
        'members must agree on what is not known, since it is not merged',
        near === undefined ? 'check its name' : `did you mean "${near}"?`,
      );
    });
}

/** Compose has made bytes of memory by now. */
function lowLimits({ name, resolved }: Service, locate: Locate): readonly Problem[] {
  const resources = asObject(asObject(resolved.deploy).resources);
  const amount = (kind: string, key: string) => Number(asText(asObject(resources[kind])[key]) ?? Number.NaN);
  return ['cpus', 'memory']
    .filter((key) => amount('limits', key) < amount('reservations', key))
    .map((key) =>
      servicePlanProblems.SERVICE_PLAN(
        `reserves more ${key} for service "${name}" than its limit`,
        locate(['services', name, 'deploy', 'resources', 'reservations', key]),
        'raise the limit, or reserve less',
      ),
    );
}

function paramProblems(
  service: Service,
  param: JsonObject,
  index: number,
  locate: Locate,
): readonly Problem[] {
  const at = locate(['services', service.name, PARAMS, index]);
  const key = keyOf(param);
  if (key === '') {
    const what = `has a parameter without a key in service "${service.name}"`;
    return [servicePlanProblems.SERVICE_PLAN(what, at, 'give it a key')];
  }
  const isTwice = paramsOf(service).findIndex((other) => keyOf(other) === key) < index;
  const doubt = (what: string, why: string, fix: string) =>
    servicePlanProblems.SERVICE_PLAN_DOUBT(
      `parameter "${key}" of service "${service.name}" ${what}`,
      at,
      why,
      fix,
    );
  return [
    ...(isTwice
      ? [
          servicePlanProblems.SERVICE_PLAN(
            `has the parameter "${key}" twice in service "${service.name}"`,
            at,
            'remove one',
          ),
        ]
      : []),
    ...typeDoubt(asText(param.type) ?? '', doubt),
    ...(param.required !== true && param.defaultValue === undefined
      ? [
          doubt(
            'is optional and has no default',
            'the platform wants one then',
            'give it a defaultValue, or required: true',
          ),
        ]
      : []),
  ];
}

function typeDoubt(
  type: string,
  doubt: (what: string, why: string, fix: string) => Problem,
): readonly Problem[] {
  if (TYPES.some((known) => known.toLowerCase() === type.toLowerCase())) return [];
  const near = nearest(type, TYPES);
  const fix = near === undefined ? `use one of ${TYPES.join(', ')}` : `did you mean "${near}"?`;
  return [doubt(`has the type "${type}"`, 'it is not known to this version', fix)];
}
