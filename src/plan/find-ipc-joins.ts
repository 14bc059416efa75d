/** Dedicated services that would join the IPC namespace of what is now a member. */
import { asText } from '../compose/json.js';
import type { Project } from '../compose/project.js';
import type { Problem } from '../problems.js';
import type { Group } from '../tenancy/select-members.js';
import { planProblems } from './plan-problems.js';

/** They would find the bundle's, which no member uses. */
export function findIpcJoins(project: Project, groups: readonly Group[]): readonly Problem[] {
  const members = new Set(groups.flatMap((group) => group.members.map(({ service }) => service.name)));
  return project.services
    .filter(({ name }) => !members.has(name))
    .flatMap(({ name, resolved }) => {
      const value = asText(resolved.ipc) ?? '';
      const member = value.replace('service:', '');
      if (!members.has(member)) return [];
      const refused = planProblems.KEY_REFUSED(
        name,
        `ipc: ${value}`,
        project.locate(['services', name, 'ipc']),
        'a member has an IPC namespace of its own inside the bundle, which no container can join',
      );
      return [{ ...refused, fix: `remove "ipc", or keep the other one out too: --exclude ${member}` }];
    });
}
