/** What the program is: ENTRYPOINT and CMD of the image, `entrypoint` and `command` of the service. */
import type { Service } from '../compose/project.js';
import type { ImageConfig } from '../images/image-facts.js';
import { type Bound, bindCommand, mergeVariables } from './late-binding.js';
import type { Word } from './plan.js';

/**
 * The rules of the Engine and of Compose, measured: an `entrypoint` with words drops the image's ENTRYPOINT and CMD; an
 * empty one (`[]`, `""`) drops the ENTRYPOINT alone; an absent or null one keeps both. A `command` with words replaces
 * CMD; an empty one is as if absent. One empty word (`[""]`, also of the image) is none in the end, but drops CMD as
 * words do (`mergeAndVerifyConfig`).
 */
export function decideArguments(
  prefix: string,
  service: Service,
  image: ImageConfig,
): Bound<readonly Word[]> {
  const { written, resolved } = service;
  const entrypoint = bindCommand(prefix, 'ENTRYPOINT', written.entrypoint, resolved.entrypoint);
  const command = bindCommand(prefix, 'COMMAND', written.command, resolved.command);
  const keepsEntrypoint = entrypoint.value.length === 0 && !Array.isArray(resolved.entrypoint);
  const own = isBlank(entrypoint.value)
    ? command.value
    : orElse([...entrypoint.value, ...command.value], image.cmd);
  return {
    value: keepsEntrypoint && !isBlank(image.entrypoint) ? [...image.entrypoint, ...own] : own,
    variables: mergeVariables([entrypoint, command]),
  };
}

function isBlank(words: readonly Word[]): boolean {
  return words.length === 1 && words[0] === '';
}

/** The words, or what stands in their place when there are none; variables may turn out to hold none. */
function orElse(own: readonly Word[], otherwise: readonly string[]): readonly Word[] {
  const words = own.flatMap((word) => (typeof word === 'object' && 'words' in word ? word.words : []));
  const isSure = own.length > words.length;
  if (isSure || otherwise.length === 0) return own;
  return own.length === 0 ? otherwise : [{ words, otherwise }];
}
