/** Services of a trial that would stand on a network that is not the trial's own. */
import { asObject, asText } from '../../compose/json.js';
import type { JsonObject } from '../../compose/project.js';
import type { Problem } from '../../problems.js';
import { verifyProblems } from './verify-problems.js';

/** `config` is the output of `docker compose config`, where every reference to a service is in `depends_on`, too. */
export function findSharedNetworks(config: JsonObject, bundles: readonly string[]): readonly Problem[] {
  const services = asObject(config.services);
  return [...startedWith(bundles, services)].flatMap((name) => {
    const mode = asText(asObject(services[name]).network_mode) ?? '';
    return mode === 'host' || mode.startsWith('container:')
      ? [verifyProblems.TRIAL_NOT_APART(name, mode)]
      : [];
  });
}

/** They, and what they depend on. */
function startedWith(bundles: readonly string[], services: JsonObject): ReadonlySet<string> {
  const started = new Set(bundles);
  for (const name of started)
    for (const other of Object.keys(asObject(asObject(services[name]).depends_on))) started.add(other);
  return started;
}
