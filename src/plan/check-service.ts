/** Refuses what a member asks for and a bundle cannot give. */
import { hasExpression } from '../compose/expressions.js';
import { asList, asObject, asText, asTexts } from '../compose/json.js';
import type { Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { decideDevices } from './decide-devices.js';
import { ineffectiveCapabilities, unknownSecurityOptions } from './decide-process.js';
import { findEarlyVariables } from './find-early-variables.js';
import { findKeyProblems } from './find-key-problems.js';
import { findUnnamedVariables } from './find-unnamed-variables.js';
import { OUTWARD_PROPAGATION } from './keys/service-sub-keys.js';
import { planProblems } from './plan-problems.js';
import { foreignSysctls, memberSysctls } from './sysctls.js';

export function checkService(service: Service, locate: Locate, allowsSysAdmin: boolean): readonly Problem[] {
  const at = (key: string) => locate(['services', service.name, key]);
  return [
    ...nameProblems(service, locate),
    ...nulProblems(service, locate),
    ...findKeyProblems(service, locate),
    ...findEarlyVariables(service, locate),
    ...findUnnamedVariables(service, locate),
    ...unknownSecurityOptions(service).map((option) =>
      planProblems.KEY_REFUSED(
        service.name,
        `security_opt: ${option}`,
        at('security_opt'),
        'profiles of the host apply to the whole container',
      ),
    ),
    ...sysctlProblems(service, at('sysctls'), allowsSysAdmin),
    ...grantsEverything(service).map((key) =>
      planProblems.KEY_REFUSED(
        service.name,
        key,
        at(key.split(':')[0] ?? key),
        'it would undo the isolation of the others',
      ),
    ),
    ...outwardMounts(service, locate),
    ...unknownEnvFiles(service, locate),
    ...devicesByName(service).map((device) =>
      planProblems.KEY_REFUSED(
        service.name,
        `devices: ${device}`,
        at('devices'),
        'only a path of the host can be given to one member',
      ),
    ),
    ...(allowsSysAdmin ? [] : ineffectiveCapabilities(service)).map((capability) =>
      planProblems.CAPABILITY_NEEDS_GRANT(service.name, capability, at('cap_add')),
    ),
  ];
}

/** Of `cap_add` only: a member that drops ALL has just less. */
function grantsEverything({ resolved }: Service): readonly string[] {
  return asTexts(resolved.cap_add)
    .filter((name) => /^(?:CAP_)?ALL$/i.test(name))
    .map((name) => `cap_add: ${name}`);
}

function sysctlProblems(
  service: Service,
  at: ReturnType<Locate>,
  allowsSysAdmin: boolean,
): readonly Problem[] {
  const foreign = 'no namespace has a value of its own for it, and Docker refuses it too';
  const readOnly = 'the container’s /proc/sys is read-only';
  const own = allowsSysAdmin ? [] : Object.keys(memberSysctls(service));
  return [
    ...foreignSysctls(service).map((name) =>
      planProblems.KEY_REFUSED(service.name, `sysctls: ${name}`, at, foreign),
    ),
    ...own.map((name) => planProblems.NEEDS_GRANT(service.name, `sysctls: ${name}`, at, readOnly)),
  ];
}

/** What such a file takes from around it cannot be handed on: nobody knows its names yet. */
function unknownEnvFiles({ name, written }: Service, locate: Locate): readonly Problem[] {
  return asList(written.env_file).flatMap((entry, index) =>
    hasExpression(asText(asObject(entry).path) ?? '')
      ? [
          planProblems.KEY_LIMITED(
            name,
            'env_file',
            locate(['services', name, 'env_file', index]),
            'which file it is shows at run time: what it takes from variables around it, or names without a value, is empty',
            'write the path without a variable, or say those variables in "environment"',
          ),
        ]
      : [],
  );
}

/** Volumes through which the member's own mounts would reach the host. */
function outwardMounts({ name, resolved }: Service, locate: Locate): readonly Problem[] {
  return asList(resolved.volumes).flatMap((volume, index) => {
    const propagation = asText(asObject(asObject(volume).bind).propagation) ?? '';
    if (!OUTWARD_PROPAGATION.includes(propagation)) return [];
    const at = locate(['services', name, 'volumes', index, 'bind', 'propagation']);
    const why = 'what a member mounts stays in its own mount namespace';
    return [planProblems.KEY_REFUSED(name, 'volumes.bind.propagation', at, why)];
  });
}

/** Devices that a driver of the Engine finds (CDI), not the host's file system. */
function devicesByName(service: Service): readonly string[] {
  return decideDevices(service)
    .map(({ source }) => source)
    .filter((source) => !source.startsWith('/'));
}

/** The Engine's own rule for names of containers: the name becomes that of a folder, a container and a program. */
const MEMBER_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

function nameProblems({ name }: Service, locate: Locate): readonly Problem[] {
  return MEMBER_NAME.test(name) ? [] : [planProblems.SERVICE_NAME(name, locate(['services', name]))];
}

/** The kernel ends a string at NUL: an argument or a variable with one would arrive cut off. */
function nulProblems(service: Service, locate: Locate): readonly Problem[] {
  return Object.entries(service.resolved)
    .filter(([, value]) => JSON.stringify(value).replaceAll('\\\\', '').includes('\\u0000'))
    .map(([key]) => planProblems.NUL_CHARACTER(service.name, key, locate(['services', service.name, key])));
}
