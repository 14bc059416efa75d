/** What can be wrong with one network for all members: one constructor per code. */
import { error, type Location, type Problem, warning } from '../problems.js';

type At = Location | undefined;

export const networkProblems = {
  LOW_PORTS_MAYBE: (service: string, firstFree: number, at: At): Problem =>
    warning(
      'LOW_PORTS_MAYBE',
      `service "${service}" is on the host’s network, and does not say where it listens`,
      at,
      {
        why: `a user namespace may not listen on its ports below ${firstFree}`,
        fix: `say its ports, x-bundle: {ports: []} when on none; a port below ${firstFree} needs --allow sys-admin`,
      },
    ),

  /** Each with its networks' trust, as text: `internal and open`. */
  TRUST_CLASH: (
    first: { readonly service: string; readonly trust: string },
    second: { readonly service: string; readonly trust: string },
    at: At,
  ): Problem =>
    error(
      'TRUST_CLASH',
      `services "${first.service}" (${first.trust}) and "${second.service}" (${second.trust}) are on networks of different trust`,
      at,
      {
        why: 'members share one network namespace, so each could reach what only the other one may',
        fix: `let --split keep them apart, leave one out: --exclude ${second.service}, or say that it does not matter with the same mark on their networks: x-bundle: {trust: open}`,
      },
    ),

  /** `isRefused`: an error. */
  NETWORKS_JOINED: (first: string, second: string, at: At, isRefused: boolean): Problem =>
    (isRefused ? error : warning)(
      'NETWORKS_JOINED',
      `services "${first}" and "${second}" shared no network, and do in the bundle`,
      at,
      {
        why: `members share one network namespace and can reach each other, by name and by address${
          isRefused ? '; in a multi-tenant plan that is not left to a warning' : ''
        }`,
        fix: `${
          isRefused ? 'give them a common network' : 'if that separation matters'
        }, keep "${second}" out: --exclude ${second}, or let --split keep them apart`,
      },
    ),

  /** `is`: the service that has the name for this one. */
  NAME_CLASH: (
    {
      service,
      name,
      is,
      other,
    }: { readonly service: string; readonly name: string; readonly is: string; readonly other: string },
    at: At,
  ): Problem =>
    error(
      'NAME_CLASH',
      `"${name}" is "${is}" on the networks of service "${service}", and "${other}" on those of other members`,
      at,
      {
        why: 'the bundle is on all of these networks, and would find either by that name',
        fix: `give one of them another alias, or leave the service out: --exclude ${service}`,
      },
    ),
} as const;
