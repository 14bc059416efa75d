/** The platform sets the user of a container by variables; in a bundle each member has its own. */
import { asObject, asText } from '../../compose/json.js';
import type { Service } from '../../compose/project.js';

/** `user` from literal `SECURITY_CONTEXT_USER_ID` and `…_GROUP_ID`, unless the service has one. */
export function withContextUser(service: Service): Service {
  const environment = asObject(service.written.environment);
  const id = asText(environment.SECURITY_CONTEXT_USER_ID) ?? '';
  const group = asText(environment.SECURITY_CONTEXT_GROUP_ID) ?? '';
  if (service.written.user !== undefined || !/^\d+$/.test(id)) return service;
  const user = /^\d+$/.test(group) ? `${id}:${group}` : id;
  return { ...service, resolved: { ...service.resolved, user }, written: { ...service.written, user } };
}
