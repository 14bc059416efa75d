/** A member's health check: the image's HEALTHCHECK, overridden field by field by the service's, as the Engine merges them. */
import { asObject, asText } from '../compose/json.js';
import type { Json, Service } from '../compose/project.js';
import type { ImageConfig, ImageHealthcheck } from '../images/image-facts.js';
import { parseSeconds } from './durations.js';
import { type Bound, bindText, bindTexts } from './late-binding.js';
import type { Healthcheck, Word } from './plan.js';

/** Docker's defaults (HEALTHCHECK in the Dockerfile reference). */
const DEFAULTS = { interval: 30, timeout: 30, retries: 3, startPeriod: 0, startInterval: 5 };

/** null: no check, because nobody gives one, or `disable: true`, or `test: NONE`. */
export function decideHealth(
  prefix: string,
  service: Service,
  image: ImageConfig,
): Bound<Healthcheck | null> {
  const written = asObject(service.written.healthcheck);
  const timing = asObject(service.resolved.healthcheck);
  const test = bindTest(prefix, written.test, image.healthcheck);
  if (timing.disable === true || test.value.length === 0 || test.value[0] === 'NONE')
    return { value: null, variables: {} };
  const own = image.healthcheck;
  const value: Healthcheck = {
    test: test.value,
    ...(image.shell === undefined ? {} : { shell: image.shell }),
    intervalSeconds: pickSeconds(timing.interval, own?.intervalNs, DEFAULTS.interval),
    timeoutSeconds: pickSeconds(timing.timeout, own?.timeoutNs, DEFAULTS.timeout),
    retries: Number(asText(timing.retries) ?? 0) || own?.retries || DEFAULTS.retries,
    startPeriodSeconds: pickSeconds(timing.start_period, own?.startPeriodNs, DEFAULTS.startPeriod),
    startIntervalSeconds: pickSeconds(timing.start_interval, own?.startIntervalNs, DEFAULTS.startInterval),
  };
  return { value, variables: test.variables };
}

function bindTest(
  prefix: string,
  written: Json | undefined,
  image: ImageHealthcheck | undefined,
): Bound<readonly Word[]> {
  const shell = asText(written);
  if (shell !== undefined) {
    const text = bindText(prefix, 'HEALTHCHECK', shell);
    return { value: shell === '' ? [] : ['CMD-SHELL', text.value], variables: text.variables };
  }
  const list = Array.isArray(written) ? written.map((item) => asText(item) ?? '') : [];
  if (list.length > 0) return bindTexts(prefix, 'HEALTHCHECK', list);
  return { value: image?.test ?? [], variables: {} };
}

/** Zero means "not set" to the Engine, which then takes the image's value, then its default. */
function pickSeconds(own: Json | undefined, imageNs: number | undefined, byDefault: number): number {
  return parseSeconds(asText(own) ?? '') || (imageNs ?? 0) / 1e9 || byDefault;
}
