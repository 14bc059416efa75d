/** What bundles take of a machine, and what a bill counts, before and after. */
import type { Service } from '../compose/project.js';
import { runtimeBytes } from '../tenancy/runtime-overhead.js';
import { sumStorage } from '../tenancy/service-plan/sum-storage.js';
import { amountOf } from './amounts.js';
import type { Amounts } from './cell.js';
import { replicasOf } from './expand-replicas.js';
import type { Footprint, Member, MemberPort } from './plan.js';

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
    storage: sumStorage(services),
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

/** Containers before and after bundling. */
export function countInstances(
  services: readonly Service[],
  bundles: readonly { readonly members: readonly Pick<Member, 'service'>[] }[],
): { readonly before: number; readonly after: number } {
  const members = new Set(bundles.flatMap((bundle) => bundle.members.map(({ service }) => service)));
  const sum = (list: readonly Service[]) => list.reduce((count, service) => count + replicasOf(service), 0);
  return {
    before: sum(services),
    after: sum(services.filter(({ name }) => !members.has(name))) + bundles.length,
  };
}
