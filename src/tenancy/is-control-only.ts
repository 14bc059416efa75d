/** Services of a plan that never run: they hold its parameters. */
import { asText } from '../compose/json.js';
import type { Service } from '../compose/project.js';

export function isControlOnly({ resolved }: Service): boolean {
  return /^(?:docker\.io\/)?omnistrate\/noop(?:[:@]|$)/.test(asText(resolved.image) ?? '');
}
