/** What bundles take of a machine, and what a bill counts, before and after. */
import { asObject, asText } from '../compose/json.js';
import type { Project, Service } from '../compose/project.js';
import { amountOf } from './amounts.js';
import type { Amounts, Footprint, Member, MemberPort } from './plan.js';

/** Measured: supervisord and its Python hold 27 to 29 MB whatever the number of members, crun 0.85 MB for each. */
const SUPERVISOR_BYTES = 32 * 1024 ** 2;
const MEMBER_BYTES = 1024 ** 2;

/** Memory of the runtime in a bundle of some members. */
export function runtimeBytes(members: number): number {
  return SUPERVISOR_BYTES + members * MEMBER_BYTES;
}

export function footprintOf(services: readonly Service[], members: readonly Member[]): Footprint {
  const overhead = runtimeBytes(services.length);
  const images = new Map(members.map(({ image }) => [image.id, image.sizeBytes]));
  return {
    limits: total(
      services.map((service) => limitsOf(service)),
      overhead,
    ),
    requests: total(
      services.map((service) => requestsOf(service)),
      overhead,
    ),
    runtimeBytes: overhead,
    unsaid: services.filter((service) => !saysAll(requestsOf(service))).map(({ name }) => name),
    imageBytes: [...images.values()].reduce((sum, bytes) => sum + bytes, 0),
    ports: [...new Set(members.flatMap(({ ports }) => ports.filter(isPromise).map(portText)))],
  };
}

/** EXPOSE of an image alone is no promise. */
function isPromise({ evidence }: MemberPort): boolean {
  return evidence !== 'image';
}

function portText({ port, protocol }: MemberPort): string {
  return `${port}/${protocol}`;
}

function limitsOf(service: Service): Amounts {
  return {
    cpus: amountOf(service, 'limits', 'cpus') ?? null,
    memoryBytes: amountOf(service, 'limits', 'memory') ?? null,
  };
}

/** A reservation, else the limit, as Kubernetes fills in requests. */
export function requestsOf(service: Service): Amounts {
  const limits = limitsOf(service);
  return {
    cpus: amountOf(service, 'reservations', 'cpus') ?? limits.cpus,
    memoryBytes: amountOf(service, 'reservations', 'memory') ?? limits.memoryBytes,
  };
}

function saysAll({ cpus, memoryBytes }: Amounts): boolean {
  return cpus !== null && memoryBytes !== null;
}

/** Sums; null where one is null. `overheadBytes` comes on top of memory. */
export function total(amounts: readonly Amounts[], overheadBytes: number): Amounts {
  const sum = (values: readonly (number | null)[]) =>
    values.some((value) => value === null) ? null : values.reduce((a: number, b) => a + (b ?? 0), 0);
  const cpus = sum(amounts.map((one) => one.cpus));
  const memory = sum(amounts.map(({ memoryBytes }) => memoryBytes));
  return {
    cpus: cpus === null ? null : Math.round(cpus * 1000) / 1000,
    memoryBytes: memory === null ? null : memory + overheadBytes,
  };
}

/** Containers (tasks, instances) that a bill counts for one service. */
export function replicasOf({ resolved }: Service): number {
  return Number(asText(resolved.scale) ?? asText(asObject(resolved.deploy).replicas) ?? 1);
}

/** Containers before and after bundling. */
export function countInstances(
  { services }: Project,
  members: ReadonlySet<string>,
  bundles: number,
): { readonly before: number; readonly after: number } {
  const sum = (list: readonly Service[]) => list.reduce((count, service) => count + replicasOf(service), 0);
  return { before: sum(services), after: sum(services.filter(({ name }) => !members.has(name))) + bundles };
}
