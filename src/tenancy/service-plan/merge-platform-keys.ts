/** The `x-omnistrate-…` keys of the bundle's service, from those of its members. */
import { asList, asText } from '../../compose/json.js';
import type { Json, Locate, Service } from '../../compose/project.js';
import { mergeCapabilities } from './merge-capabilities.js';
import { mergeCompute } from './merge-compute.js';
import { mergeFsGroup } from './merge-fs-group.js';
import { mergeHooks } from './merge-hooks.js';
import { mergeParams } from './merge-params.js';
import { agree, type Merged, partyAt, together } from './merged.js';
import { servicePlanProblems } from './service-plan-problems.js';

const INTERNAL = 'x-omnistrate-mode-internal';
const JOB = 'x-omnistrate-job-config';
const INTEGRATIONS = 'x-omnistrate-integrations';

const HANDLED = new Set([
  INTERNAL,
  JOB,
  INTEGRATIONS,
  'x-omnistrate-actionhooks',
  'x-omnistrate-api-params',
  'x-omnistrate-capabilities',
  'x-omnistrate-compute',
]);

/** `members` in start order, their parameters already under the keys of the bundle. */
export function mergePlatformKeys(members: readonly Service[], locate: Locate): Merged {
  const { dropped, ...compute } = mergeCompute(members, locate);
  return together([
    mergeParams(members, locate, dropped, compute.params),
    { keys: compute.keys, problems: compute.problems },
    mergeCapabilities(members, locate),
    mergeFsGroup(members, locate),
    mergeHooks(members, locate),
    mergeInternal(members, locate),
    mergeJobs(members, locate),
    mergeIntegrations(members),
    ...otherKeys(members).map((key) =>
      agree(members, { path: [key], locate, why: 'the bundle is one service of the plan' }),
    ),
  ]);
}

function otherKeys(members: readonly Service[]): readonly string[] {
  const keys = members.flatMap(({ written }) => Object.keys(written));
  return [...new Set(keys)].filter((key) => key.startsWith('x-omnistrate-') && !HANDLED.has(key)).sort();
}

/** Hidden from customers only when every member was. */
function mergeInternal(members: readonly Service[], locate: Locate): Merged {
  const said = members.filter(({ written }) => written[INTERNAL] !== undefined);
  const isInternal = ({ written }: Service) =>
    written[INTERNAL] === true || asText(written[INTERNAL]) === 'true';
  if (said.length === 0) return { keys: {}, problems: [] };
  const isHidden = members.every(isInternal);
  return {
    keys: { [INTERNAL]: isHidden },
    problems: isHidden
      ? []
      : members
          .filter(isInternal)
          .map(({ name }) =>
            servicePlanProblems.PLATFORM_WIDENED(
              INTERNAL,
              name,
              locate(['services', name, INTERNAL]),
              'the bundle is shown to customers, since other members are',
            ),
          ),
  };
}

/** A service that runs to completion cannot share a container with one that does not. */
function mergeJobs(members: readonly Service[], locate: Locate): Merged {
  const job = members.find(({ written }) => written[JOB] !== undefined);
  const other = members.find(({ written }) => written[JOB] === undefined);
  if (job === undefined) return { keys: {}, problems: [] };
  if (other === undefined)
    return agree(members, { path: [JOB], locate, why: 'the bundle is one job of the plan' });
  return {
    keys: {},
    problems: [
      servicePlanProblems.PLATFORM_CLASH(
        JOB,
        partyAt(locate, other.name, []),
        partyAt(locate, job.name, [JOB]),
        'the platform runs a job to its end, and the other member does not end',
        `leave the job out: --exclude ${job.name}`,
      ),
    ],
  };
}

function mergeIntegrations(members: readonly Service[]): Merged {
  const items = members.flatMap(({ written }) => asList(written[INTEGRATIONS]));
  const unique: readonly Json[] = [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
  return { keys: unique.length === 0 ? {} : { [INTEGRATIONS]: unique }, problems: [] };
}
