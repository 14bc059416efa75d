/** Devices of the host: the Engine gives them to the bundle, which gives each to its member alone. */
import { asList, asObject, asText } from '../compose/json.js';
import type { Service } from '../compose/project.js';
import type { MemberDevice } from './plan.js';

/** Where the bundle keeps the devices of its members: two of them may want one name. */
const PLACE = '/dev/bundle-shared';

export function decideDevices({ name, resolved }: Service): readonly MemberDevice[] {
  return asList(resolved.devices).map((entry, index) => {
    const { source, target, permissions } = asObject(entry);
    const path = asText(source) ?? '';
    return {
      source: path,
      place: `${PLACE}/${name}/${index}`,
      target: asText(target) || path,
      permissions: asText(permissions) || 'rwm',
    };
  });
}
