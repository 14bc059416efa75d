/** Refuses what a member asks for and a bundle cannot give. */
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
  ];
}
