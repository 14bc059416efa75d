/** What the program is: ENTRYPOINT and CMD of the image, `entrypoint` and `command` of the service. */
import { asTexts } from '../compose/json.js';
import type { Service } from '../compose/project.js';
import type { ImageConfig } from '../images/image-facts.js';
import { type Bound, bindCommand, mergeVariables } from './late-binding.js';
import type { Word } from './plan.js';

/**
 * The rules of the Engine and of Compose, measured: an `entrypoint` with words drops the image's ENTRYPOINT and CMD; an
 * empty one (`[]`, `""`) drops the ENTRYPOINT alone; an absent or null one keeps both. A `command` with words replaces
 * CMD; an empty one is as if absent.
 */
export function decideArguments(
  prefix: string,
  service: Service,
  image: ImageConfig,
): Bound<readonly Word[]> {
  const { written, resolved } = service;
  const hasCommand = asTexts(written.command).length > 0;
  const entrypoint = bindCommand(
    prefix,
    'ENTRYPOINT',
    written.entrypoint,
    resolved.entrypoint,
    hasCommand ? [] : image.cmd,
  );
  const commandOfImage = entrypoint.value.length > 0 ? [] : image.cmd;
  const command = bindCommand(prefix, 'COMMAND', written.command, resolved.command, commandOfImage);
  const hasEntrypoint = Array.isArray(service.resolved.entrypoint);
  const hasEntrypointWords = asTexts(service.resolved.entrypoint).length > 0 || entrypoint.value.length > 0;
  const first = hasEntrypoint || hasEntrypointWords ? entrypoint.value : image.entrypoint;
  const imageCommand = hasEntrypointWords ? [] : image.cmd;
  const second = command.value.length > 0 ? command.value : imageCommand;
  return { value: [...first, ...second], variables: mergeVariables([entrypoint, command]) };
}
