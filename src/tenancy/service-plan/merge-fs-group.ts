/** The group of volumes that the platform sets for a whole container. */
import { asObject } from '../../compose/json.js';
import type { Locate, Service } from '../../compose/project.js';
import { agree, type Merged } from './merged.js';
import { servicePlanProblems } from './service-plan-problems.js';

export const FS_GROUP = 'SECURITY_CONTEXT_FS_GROUP';

/** A variable of the bundle itself, which the platform reads: one value, or that of the members that have one. */
export function mergeFsGroup(members: readonly Service[], locate: Locate): Merged {
  const { keys, problems } = agree(members, {
    path: ['environment', FS_GROUP],
    locate,
    why: 'volumes of one container belong to one group',
  });
  if (keys[FS_GROUP] === undefined) return { keys: {}, problems };
  const having = members.filter(({ written }) => typeof asObject(written.environment)[FS_GROUP] === 'string');
  const widened = having.length === members.length ? [] : having;
  return {
    keys: { environment: keys },
    problems: [
      ...problems,
      ...widened.map(({ name }) =>
        servicePlanProblems.PLATFORM_WIDENED(
          FS_GROUP,
          name,
          locate(['services', name, 'environment', FS_GROUP]),
          'volumes of the other members belong to that group, too',
        ),
      ),
    ],
  };
}
