/** Compares what listens with what the plan says. */

import type { PlannedBundle } from '../read-folder.js';
import type { Listener } from './listening-sockets.js';

export interface PortReport {
  readonly member: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly state: 'listening' | 'loopback only' | 'silent';
}

export interface PortsReport {
  readonly planned: readonly PortReport[];
  /** Listeners that no member's plan names. */
  readonly unplanned: readonly Listener[];
}

/** EXPOSE of an image alone is no promise; such a port is reported when it listens only. */
export function comparePorts(
  plan: { readonly members: readonly Pick<PlannedBundle['members'][number], 'service' | 'ports'>[] },
  listeners: readonly Listener[],
): PortsReport {
  const find = (port: number, protocol: string) =>
    listeners.find((listener) => listener.port === port && listener.protocol === protocol);
  const all = plan.members.flatMap(({ service, ports }) =>
    ports.map((port) => ({ ...port, member: service })),
  );
  const planned = all
    .filter(({ evidence, port, protocol }) => evidence !== 'image' || find(port, protocol) !== undefined)
    .map(({ member, port, protocol }) => ({ member, port, protocol, state: stateOf(find(port, protocol)) }));
  const unplanned = listeners.filter(
    (listener) => !all.some(({ port, protocol }) => port === listener.port && protocol === listener.protocol),
  );
  return { planned, unplanned };
}

function stateOf(listener: Listener | undefined): PortReport['state'] {
  if (listener === undefined) return 'silent';
  return listener.isLoopback ? 'loopback only' : 'listening';
}
