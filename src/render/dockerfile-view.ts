/** Dockerfile: what its template shows, every value already a word of the Dockerfile's language. */
import type { Plan } from '../plan/plan.js';
import { portRanges } from '../plan/port-ranges.js';

/** Label that `bundle-shared inspect` reads. */
export const INVENTORY_LABEL = 'io.github.bundle-shared.inventory';

export interface DockerfileView {
  readonly project: string;
  readonly base: string;
  readonly images: readonly MountedImage[];
  readonly members: readonly Source[];
  /** First step of the assembly. */
  readonly sharing: 'shared' | 'apart';
  /** Each has one image, and the members made of it, unless the bundle would have too many layers. */
  readonly layers: readonly Layer[];
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  /** A JSON list, or empty. */
  readonly volumes: string;
  readonly healthIntervalSeconds: number;
}

/** An image of one or more members, and where build steps find it. */
interface MountedImage {
  readonly image: string;
  readonly mount: string;
}

interface Source extends MountedImage {
  readonly service: string;
}

interface Layer {
  readonly images: readonly MountedImage[];
  readonly members: readonly Source[];
}

/** The Engine asks first after it, and `docker compose up --wait` ends no sooner; each question costs the Engine a process. */
const DEFAULT_INTERVAL_SECONDS = 3;
/** An image has 127 layers at most (the Engine, `layer: max depth exceeded`), of which the base and the runtime take some. */
const MAX_LAYERS = 100;

export function dockerfileView(plan: Plan): DockerfileView {
  const members = [...plan.members].sort((a, b) => (a.service < b.service ? -1 : 1));
  const volumes = members.flatMap((member) => member.volumes).map(expanded);
  const intervals = members.flatMap(({ launch }) =>
    launch.healthcheck === null ? [] : [launch.healthcheck.intervalSeconds],
  );
  const images = [...new Set(members.map(({ image }) => image.source))].map((image, index) => ({
    image,
    mount: `/mnt/images/${index}`,
  }));
  const sources = members.flatMap(({ service, image: { source } }) =>
    images.filter(({ image }) => image === source).map((one) => ({ service, ...one })),
  );
  return {
    project: plan.project,
    base: plan.base,
    images,
    members: sources,
    sharing: plan.dedup === false ? 'apart' : 'shared',
    layers: inLayers(images, sources),
    labels: Object.entries(labelsOf(plan)).map(([name, value]) => ({ name, value: quoted(value) })),
    volumes: volumes.length === 0 ? '' : JSON.stringify(volumes),
    healthIntervalSeconds: Math.max(1, Math.min(DEFAULT_INTERVAL_SECONDS, ...intervals)),
  };
}

/** A layer per image: its members change together, when it does. */
function inLayers(images: readonly MountedImage[], sources: readonly Source[]): readonly Layer[] {
  const size = Math.ceil(images.length / MAX_LAYERS);
  return Array.from({ length: Math.ceil(images.length / size) }, (_, index) => {
    const some = images.slice(index * size, (index + 1) * size);
    return {
      images: some,
      members: sources.filter(({ mount }) => some.some((one) => one.mount === mount)),
    };
  });
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
      ports: (['tcp', 'udp'] as const).flatMap((protocol) =>
        portRanges(
          ports
            .filter((one) => one.evidence !== 'image' && one.protocol === protocol)
            .map(({ port }) => port),
        ).map((range) => `${range}/${protocol}`),
      ),
      volumes,
    })),
  };
}

/** A word that the Dockerfile's variable expansion and quote removal give back unchanged. */
function expanded(text: string): string {
  return text.replace(/[\\"'$]/g, '\\$&');
}

/**
 * A double-quoted word of the Dockerfile's language; a line break cannot stand in one and becomes a blank. Between the
 * objects of a list the line is continued: none may be longer than 64 KB (BuildKit, "dockerfile line greater than
 * maximum allowed size").
 */
function quoted(text: string): string {
  const escaped = text.replace(/[\\"$]/g, '\\$&').replace(/[\r\n]+/g, ' ');
  return `"${escaped.replaceAll('},{', '},\\\n{')}"`;
}
