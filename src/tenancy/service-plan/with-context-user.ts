/** The platform sets the user and groups of a container by variables; in a bundle each member has its own. */
import { asObject, asText, asTexts } from '../../compose/json.js';
import type { JsonObject, Service } from '../../compose/project.js';
import { FS_GROUP } from './merge-fs-group.js';

/**
 * `user` from literal `SECURITY_CONTEXT_USER_ID` and `…_GROUP_ID`, unless the service has one; the group of the volumes
 * is one more group of the member's program, as Kubernetes makes it one of each container's (`fsGroup`).
 */
export function withContextUser(service: Service): Service {
  const environment = asObject(service.written.environment);
  const set = (keys: JsonObject): Service => ({
    ...service,
    resolved: { ...service.resolved, ...keys },
    written: { ...service.written, ...keys },
  });
  return set({ ...userOf(service, environment), ...groupsOf(service, environment) });
}

function userOf({ written }: Service, environment: JsonObject): JsonObject {
  const id = asText(environment.SECURITY_CONTEXT_USER_ID) ?? '';
  const group = asText(environment.SECURITY_CONTEXT_GROUP_ID) ?? '';
  if (written.user !== undefined || !/^\d+$/.test(id)) return {};
  return { user: /^\d+$/.test(group) ? `${id}:${group}` : id };
}

function groupsOf({ written }: Service, environment: JsonObject): JsonObject {
  const group = asText(environment[FS_GROUP]);
  return group === undefined ? {} : { group_add: [...new Set([...asTexts(written.group_add), group])] };
}
