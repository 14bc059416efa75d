/** The rewritten compose file: the bundle in its members' place, everything else as written. */
import { asObject } from '../compose/json.js';
import type { Json, JsonObject, Project } from '../compose/project.js';
import { findCompleting } from '../plan/find-completing.js';
import { findLateStarts } from '../plan/find-late-starts.js';
import type { ProjectPlan } from '../plan/plan.js';
import { bundleService } from './bundle-service.js';
import { dedicatedService } from './dedicated-service.js';
import { envFileSecrets } from './env-file-secrets.js';
import { folderOf } from './folder-of.js';
import { localDocument } from './local-document.js';
import { withQuotas } from './processor-quotas.js';
import { type Rebase, rebaseDevices, rebaseFiles } from './rebase.js';
import type { BundleOf } from './rewrite-references.js';
import { rewriteVolumesFrom } from './rewrite-volumes-from.js';
import { yamlText } from './yaml-text.js';

/** As YAML text. `rebase` turns a path relative to the project's directory into one relative to the output folder. */
export function composeFile(plan: ProjectPlan, project: Project, rebase: Rebase): string {
  const blocks = Object.entries(project.platformBlocks).filter(([key]) => !isRewritten(key));
  const asWritten = new Set(blocks.map(([key]) => key));
  const document = composeDocument(plan, project, rebase);
  // A platform that reads the file knows the long form.
  const own = plan.servicePlan === undefined ? withQuotas(document, bundlesOf(plan)) : document;
  const entries = Object.entries(own).filter(([key]) => !asWritten.has(key));
  return yamlFile(Object.fromEntries(entries)) + blocks.map(([, text]) => text).join('');
}

/** The rewritten file of a service plan, for Compose on a machine without the platform. */
export function localFile(plan: ProjectPlan, project: Project, rebase: Rebase): string {
  return yamlFile(withQuotas(localDocument(composeDocument(plan, project, rebase)), bundlesOf(plan)));
}

function bundlesOf({ bundles }: ProjectPlan): readonly string[] {
  return bundles.map(({ bundle }) => bundle);
}

/** What the file says, as data. */
export function composeDocument(plan: ProjectPlan, project: Project, rebase: Rebase): JsonObject {
  const { bundles } = plan;
  const bundleOf: BundleOf = new Map(
    bundles.flatMap(({ bundle, members }) => members.map(({ service }) => [service, bundle] as const)),
  );
  const byName = new Map(project.services.map((service) => [service.name, service]));
  const late = bundles.flatMap(({ members }) => [
    ...findLateStarts(members.flatMap(({ service }) => byName.get(service) ?? [])),
  ]);
  const places = {
    bundleOf,
    completing: findCompleting(bundles, project.services),
    late: new Set(late),
  };
  const written = Object.fromEntries(project.services.map((service) => [service.name, service.written]));
  const resolved = new Map(project.services.map((service) => [service.name, service.resolved]));
  const others = Object.entries({ ...written, ...project.inactive })
    .filter(([name]) => !bundleOf.has(name))
    .map(([name, service]) => {
      const expanded = rewriteVolumesFrom(name, asObject(service), project, bundleOf);
      return [name, dedicatedService(expanded, resolved.get(name), places, rebase)] as const;
    });
  const own = bundles.map(
    (bundle) =>
      [
        bundle.bundle,
        bundleService(bundle, project, { ...places, rebase, folder: folderOf(bundle, plan) }),
      ] as const,
  );
  const services = sorted(Object.fromEntries([...others, ...own]));
  const members = bundles.flatMap((bundle) => bundle.members);
  const top = Object.fromEntries(
    Object.entries(project.written).filter(([key]) => key !== 'name' && key !== 'x-bundle'),
  );
  const networks = Object.entries(asObject(top.networks)).map(([name, network]) => [name, unmarked(network)]);
  const secrets = { ...asObject(rebaseFiles(top.secrets, rebase)), ...envFileSecrets(members, rebase) };
  return {
    name: plan.project,
    services,
    ...top,
    ...(networks.length === 0 ? {} : { networks: Object.fromEntries(networks) }),
    ...(top.configs === undefined ? {} : { configs: rebaseFiles(top.configs, rebase) }),
    ...(top.volumes === undefined
      ? {}
      : { volumes: rebaseDevices(top.volumes, project.resolved.volumes, rebase) }),
    ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
  };
}

/** `x-bundle` is for this tool. */
function unmarked(network: Json): Json {
  const { 'x-bundle': mark, ...settings } = asObject(network);
  return mark === undefined ? network : settings;
}

/** As all compose files of the output folder are written. */
export function yamlFile(document: JsonObject): string {
  return `${HEADER}${yamlText(document)}`;
}

/** Keys in which names of members become their bundle's; the others are carried byte for byte. */
function isRewritten(key: string): boolean {
  return key === 'x-omnistrate-load-balancer' || key.endsWith('-integrations');
}

const HEADER = '# Written by bundle-shared: edit the project it was made from, not this file.\n';

function sorted(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
