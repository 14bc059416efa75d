/** What can be wrong with a service plan, and with making one service of several in it: one constructor per code. */
import { error, type Location, type Problem, warning } from '../../problems.js';

type At = Location | undefined;

/** A service and where it says something. */
export interface Party {
  readonly service: string;
  readonly at: At;
}

export const servicePlanProblems = {
  SERVICE_PLAN: (what: string, at: At, fix: string): Problem =>
    error('SERVICE_PLAN', `the service plan ${what}`, at, { fix }),

  SERVICE_PLAN_DOUBT: (what: string, at: At, why: string, fix: string): Problem =>
    warning('SERVICE_PLAN_DOUBT', what, at, { why, fix }),

  BYOA_PULL: (tags: readonly string[], at: At): Problem =>
    warning(
      'BYOA_PULL',
      `the plan runs in the customer's account, which must be able to pull ${tags.join(', ')}`,
      at,
      {
        why: 'the images of the members came from other registries, or were public',
        fix: 'push to a registry that the customer can read, and name it in x-omnistrate-image-registry-attributes',
      },
    ),

  REGISTRY_MISSING: (tag: string, registry: string, at: At): Problem =>
    warning(
      'REGISTRY_MISSING',
      `the image "${tag}" comes from "${registry}", which the plan has no login for`,
      at,
      {
        why: 'x-omnistrate-image-registry-attributes names other registries only',
        fix: `add an entry for "${registry}", unless its images are public`,
      },
    ),

  LIMITS_MISSING: (service: string, missing: readonly string[], at: At): Problem =>
    warning(
      'LIMITS_MISSING',
      `member "${service}" of a multi-tenant plan has no ${missing.join(' and no ')}`,
      at,
      {
        why: 'tenants share machines, so each has to say what it needs and what it must not exceed',
        fix: 'give deploy.resources reservations and limits, or the four resource…APIParam of x-omnistrate-compute',
      },
    ),

  PLATFORM_CLASH: (key: string, first: Party, second: Party, why: string, fix?: string): Problem =>
    error(
      'PLATFORM_CLASH',
      `services "${first.service}" and "${second.service}" disagree on "${key}"`,
      second.at,
      {
        why: `${why}${positionOf(first)}`,
        fix: fix ?? `use the same value, or leave one out: --exclude ${second.service}`,
      },
    ),

  PLATFORM_WIDENED: (key: string, service: string, at: At, why: string): Problem =>
    warning('PLATFORM_WIDENED', `"${key}" of service "${service}" now counts for its whole bundle`, at, {
      why,
      fix: `accept it, or leave the service out: --exclude ${service}`,
    }),

  PARAMS_IMPLICIT: (service: string, at: At): Problem =>
    warning(
      'PARAMS_IMPLICIT',
      `the variables of "${service}" were parameters of the customer, and are not any more`,
      at,
      {
        why: 'without x-omnistrate-api-params each variable of a service is a parameter; the bundle has that tag from other members',
        fix: `name the parameters of "${service}": x-omnistrate-api-params, [] when it has none`,
      },
    ),

  BALANCER_PORT: (service: string, bundle: string, port: string, known: readonly string[], at: At): Problem =>
    error(
      'BALANCER_PORT',
      `the load balancer sends port ${port} to "${service}", and no member of "${bundle}" is known to listen there`,
      at,
      {
        why: `ports of "${bundle}": ${known.join(', ') || 'none'}`,
        fix: 'correct backendPort, or name the port at the member that has it: expose, or x-bundle: {ports: [...]}',
      },
    ),

  OLD_NAME: (service: string, key: string, name: string, bundle: string, at: At): Problem =>
    warning(
      'OLD_NAME',
      `"${key}" of service "${service}" names the host "${name}", which is now "${bundle}"`,
      at,
      {
        why: 'the platform ignores aliases of networks; Compose and Swarm know the old name',
        fix: `write "${bundle}", or an expression: $${name}.sys.network.internalEndpoint`,
      },
    ),
} as const;

function positionOf({ service, at }: Party): string {
  return at === undefined ? '' : `; "${service}" says it at ${at.file}:${at.line}:${at.column}`;
}
