/**
 * Devices in short form (`${DEV:-/dev/ttyUSB0}:/dev/modem`), which Compose takes apart at their colons before it replaces
 * anything (compose-go, transform: `transformDeviceMapping`): a default's colon counts as one of them.
 */
import type { Problem } from '../problems.js';
import { asList, asObject, asText } from './json.js';
import type { Json, JsonObject, Locate } from './project.js';
import { sourceProblems } from './source-problems.js';

/** The device as the user wrote it, where it was taken apart within an expression. */
export function joinedDevice(device: Json): Json {
  const { source, target, permissions } = asObject(device);
  const parts = [source, target, permissions].map((part) => asText(part) ?? '');
  if (!parts.some((part) => /\$\{[^}]*$/.test(part))) return device;
  // Compose's own, where there is no third part.
  return parts.filter((part, index) => index < 2 || part !== 'rwm').join(':');
}

/** Of more than three parts nothing is kept, and of devices whose second parts are the same all but one. */
export function findLostDevices(
  written: JsonObject,
  resolved: JsonObject,
  locate: Locate,
): readonly Problem[] {
  return Object.entries(asObject(written.services)).flatMap(([service, own]) => {
    const devices = asList(asObject(own).devices);
    const today = asList(asObject(asObject(resolved.services)[service]).devices);
    const isLost = devices.length < today.length || devices.some((one) => asObject(one).source === '');
    return isLost
      ? [
          sourceProblems.VARIABLE_IN_STRUCTURE(
            `"devices" of service "${service}" holds a variable that Compose does not keep`,
            locate(['services', service, 'devices']),
            'it takes a device apart at each colon before it replaces variables, unless "source" and "target" are keys of their own',
          ),
        ]
      : [];
  });
}
