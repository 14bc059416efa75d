/** How far a network is trusted: what its `x-bundle` says, else what Compose's `internal` does. */
import { asObject } from '../compose/json.js';
import type { Project } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { tenancyProblems } from './tenancy-problems.js';
import { readNetwork } from './x-bundle.js';

/** `x-bundle.trust` of a network of the project, or one of the two words that need no mark: `internal` and `open`. */
export function networkTrust(project: Project, network: string): string {
  const settings = asObject(asObject(project.resolved.networks)[network]);
  const { trust } = readNetwork(settings['x-bundle']).overrides;
  return trust ?? (settings.internal === true ? 'internal' : 'open');
}

/** What is wrong with `x-bundle` of any network, used or not. */
export function checkNetworkMarks(project: Project): readonly Problem[] {
  return Object.entries(asObject(project.resolved.networks)).flatMap(([network, settings]) =>
    readNetwork(asObject(settings)['x-bundle']).issues.map(({ key, what, fix }) =>
      tenancyProblems.X_BUNDLE(
        `x-bundle of network "${network}"`,
        what,
        project.locate(['networks', network, 'x-bundle', key]),
        fix,
      ),
    ),
  );
}
