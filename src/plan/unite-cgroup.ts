/** The rest of what members say of their control group, of which a bundle has one. */
import { asText } from '../compose/json.js';
import type { Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { runtimeBytes } from '../tenancy/runtime-overhead.js';
import { amountOf, swapLimitOf, swapOf, UNLIMITED_SWAP } from './amounts.js';
import { planProblems } from './plan-problems.js';
import { type United, uniteAll, uniteEqual } from './unite-values.js';

/** The kernel's weight of a control group that is given none, and its greatest one. */
const USUAL_SHARES = 1024;
const MOST_SHARES = 262_144;

export function uniteCgroup(members: readonly Service[], locate: Locate): United {
  const parts = [
    ...['mem_swappiness', 'runtime', 'userns_mode'].map((key) => uniteAll(members, key, locate)),
    uniteNamespace(members, locate),
    uniteShares(members),
    uniteSwap(members, locate),
  ];
  return {
    service: Object.assign({}, ...parts.map(({ service }) => service)),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

/** A private view of control groups takes nothing from the others; that of the host has to be what all ask for. */
function uniteNamespace(members: readonly Service[], locate: Locate): United {
  const isOfHost = members.some(({ resolved }) => resolved.cgroup === 'host');
  return isOfHost ? uniteAll(members, 'cgroup', locate) : uniteEqual(members, ['cgroup'], locate);
}

/** Against other containers the bundle weighs what its members weighed together. */
function uniteShares(members: readonly Service[]): United {
  const given = members.map(({ resolved }) => Number(asText(resolved.cpu_shares) ?? 0));
  if (given.every((shares) => shares === 0)) return { service: {}, problems: [] };
  const total = given.reduce((sum, shares) => sum + (shares || USUAL_SHARES), 0);
  return { service: { cpu_shares: Math.min(total, MOST_SHARES) }, problems: [] };
}

/** Memory and swap together. */
function uniteSwap(members: readonly Service[], locate: Locate): United {
  const given = members.filter((member) => swapOf(member) !== undefined);
  if (given.length === 0) return { service: {}, problems: [] };
  const open = members.find((member) => amountOf(member, 'limits', 'memory') === undefined);
  const swaps = members.map(swapLimitOf);
  const free = members[swaps.indexOf(UNLIMITED_SWAP)];
  const other = open ?? free;
  const total = swaps.reduce((sum, bytes) => sum + bytes, runtimeBytes(members.length));
  const limit = free === undefined ? total : UNLIMITED_SWAP;
  return {
    service: open === undefined ? { memswap_limit: limit === UNLIMITED_SWAP ? limit : String(limit) } : {},
    problems:
      other === undefined
        ? []
        : given
            .filter((member) => swapOf(member) !== UNLIMITED_SWAP)
            .map((member) => lostSwap(member, other, locate)),
  };
}

function lostSwap(member: Service, other: Service, locate: Locate): Problem {
  return planProblems.KEY_LIMITED(
    member.name,
    'memswap_limit',
    locate(['services', member.name, 'memswap_limit']),
    `the bundle has one limit, the sum of all; "${other.name}" has none, so it gets none`,
    `give "${other.name}" a mem_limit and a memswap_limit too`,
  );
}
