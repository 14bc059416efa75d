/** Refuses what a member asks for and a bundle cannot give. */
import { asList, asObject, asText } from '../compose/json.js';
import type { Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { ineffectiveCapabilities, unknownSecurityOptions } from './decide-process.js';
import { findEarlyVariables } from './find-early-variables.js';
import { findKeyProblems } from './find-key-problems.js';
import { planProblems } from './plan-problems.js';

export function checkService(service: Service, locate: Locate, allowsSysAdmin: boolean): readonly Problem[] {
  const at = (key: string) => locate(['services', service.name, key]);
  return [
    ...findKeyProblems(service, locate),
    ...findEarlyVariables(service, locate),
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
