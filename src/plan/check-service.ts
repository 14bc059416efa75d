/** Refuses what a member asks for and a bundle cannot give. */
import { hasExpression } from '../compose/expressions.js';
import { asList, asObject, asText } from '../compose/json.js';
import type { Json, Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { ineffectiveCapabilities, unknownSecurityOptions } from './decide-process.js';
import { findKeyProblems } from './find-key-problems.js';
import { planProblems } from './plan-problems.js';

/** Fields that must be known before the container starts, and so cannot hold a variable. */
const EARLY_KEYS = [
  'cap_add',
  'cap_drop',
  'cpus',
  'group_add',
  'init',
  'mem_limit',
  'mem_reservation',
  'oom_score_adj',
  'read_only',
  'restart',
  'security_opt',
  'shm_size',
  'stop_grace_period',
  'stop_signal',
  'tmpfs',
  'ulimits',
  'deploy',
];

export function checkService(service: Service, locate: Locate, allowsSysAdmin: boolean): readonly Problem[] {
  const at = (key: string) => locate(['services', service.name, key]);
  return [
    ...findKeyProblems(service, locate),
    ...EARLY_KEYS.filter((key) => holdsExpression(service.written[key])).map((key) =>
      planProblems.LATE_BINDING(service.name, key, at(key)),
    ),
    ...unknownSecurityOptions(service).map((option) =>
      planProblems.KEY_REFUSED(
        service.name,
        `security_opt: ${option}`,
        at('security_opt'),
        'profiles of the host apply to the whole container',
      ),
    ),
    ...(allowsSysAdmin ? [] : ineffectiveCapabilities(service)).map((capability) =>
      planProblems.CAPABILITY_NEEDS_GRANT(service.name, capability, at('cap_add')),
    ),
    ...envFileProblems(service, locate),
  ];
}

function holdsExpression(value: Json | undefined): boolean {
  if (typeof value === 'string') return hasExpression(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((item: Json) => holdsExpression(item));
}

function envFileProblems(service: Service, locate: Locate): readonly Problem[] {
  return asList(service.written.env_file).flatMap((entry, index) => {
    const format = asText(asObject(entry).format);
    const at = locate(['services', service.name, 'env_file', index]);
    return format === undefined
      ? []
      : [
          planProblems.VALUE_REFUSED(
            service.name,
            'env_file.format',
            format,
            at,
            'use the usual format of env files',
          ),
        ];
  });
}
