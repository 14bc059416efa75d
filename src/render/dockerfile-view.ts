/** Dockerfile: what its template shows, every value already a word of the Dockerfile's language. */
import type { Plan } from '../plan/plan.js';

/** Label that `bundle-shared inspect` reads. */
export const INVENTORY_LABEL = 'io.github.bundle-shared.inventory';

export interface DockerfileView {
  readonly project: string;
  readonly base: string;
  readonly members: readonly Source[];
  /** The members of each layer: one, unless an image would have too many layers. */
  readonly layers: readonly (readonly Source[])[];
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  /** A JSON list, or empty. */
  readonly volumes: string;
  readonly healthIntervalSeconds: number;
}

interface Source {
  readonly service: string;
  readonly image: string;
  readonly reference: string;
}

const DEFAULT_INTERVAL_SECONDS = 5;
/** An image has 127 layers at most (the Engine, `layer: max depth exceeded`), of which the base and the runtime take some. */
const MAX_LAYERS = 100;

export function dockerfileView(plan: Plan): DockerfileView {
  const members = [...plan.members].sort((a, b) => (a.service < b.service ? -1 : 1));
  const volumes = members.flatMap((member) => member.volumes).map(expanded);
  const intervals = members.flatMap(({ launch }) =>
    launch.healthcheck === null ? [] : [launch.healthcheck.intervalSeconds],
  );
  const sources = members.map(({ service, image }) => ({
    service,
    image: image.source,
    reference: image.reference,
  }));
  return {
    project: plan.project,
    base: plan.base,
    members: sources,
    layers: inLayers(sources),
    labels: Object.entries(labelsOf(plan)).map(([name, value]) => ({ name, value: quoted(value) })),
    volumes: volumes.length === 0 ? '' : JSON.stringify(volumes),
    healthIntervalSeconds: Math.max(1, Math.min(DEFAULT_INTERVAL_SECONDS, ...intervals)),
  };
}

function inLayers(sources: readonly Source[]): readonly (readonly Source[])[] {
  const size = Math.ceil(sources.length / MAX_LAYERS);
  return Array.from({ length: Math.ceil(sources.length / size) }, (_, index) =>
    sources.slice(index * size, (index + 1) * size),
  );
}

function labelsOf(plan: Plan): Readonly<Record<string, string>> {
  const names = plan.members.map(({ service }) => service).sort();
  return {
    'org.opencontainers.image.title': plan.tag,
    'org.opencontainers.image.description': `Services of ${plan.project} in one image: ${names.join(', ')}`,
    'org.opencontainers.image.base.name': plan.base,
    [INVENTORY_LABEL]: JSON.stringify(inventoryOf(plan)),
  };
}

/** What is inside, without any value of an environment. */
function inventoryOf(plan: Plan): object {
  return {
    version: 1,
    project: plan.project,
    bundle: plan.bundle,
    members: plan.members.map(({ service, image, ports, volumes }) => ({
      service,
      image: image.reference,
      id: image.id,
      ...(image.digest === undefined ? {} : { digest: image.digest }),
      ports: ports
        .filter(({ evidence }) => evidence !== 'image')
        .map(({ port, protocol }) => `${port}/${protocol}`),
      volumes,
    })),
  };
}

/** A word that the Dockerfile's variable expansion and quote removal give back unchanged. */
function expanded(text: string): string {
  return text.replace(/[\\"'$]/g, '\\$&');
}

/** A double-quoted word of the Dockerfile's language; a line break cannot stand in one and becomes a blank. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"$]/g, '\\$&').replace(/[\r\n]+/g, ' ')}"`;
}
