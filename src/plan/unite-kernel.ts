/** What members ask of the kernel that only the whole container can have. */
import { asText } from '../compose/json.js';
import type { Locate, Service } from '../compose/project.js';
import { planProblems } from './plan-problems.js';
import { networkSysctls } from './sysctls.js';
import type { United } from './unite-values.js';

/** Parameters of the shared network, and the lowest `oom_score_adj`: without a capability it can only be raised. */
export function uniteKernel(members: readonly Service[], locate: Locate): United {
  const sysctls = uniteSysctls(members, locate);
  const lowest = Math.min(0, ...members.map(({ resolved }) => Number(asText(resolved.oom_score_adj) ?? 0)));
  return {
    service: { ...sysctls.service, ...(lowest < 0 ? { oom_score_adj: lowest } : {}) },
    problems: sysctls.problems,
  };
}

function uniteSysctls(members: readonly Service[], locate: Locate): United {
  const all = members.flatMap((member) =>
    Object.entries(networkSysctls(member)).map(([name, value]) => ({ name, value, service: member.name })),
  );
  const owners = new Map([...all].reverse().map((one) => [one.name, one]));
  const problems = all
    .filter(({ name, value }) => owners.get(name)?.value !== value)
    .map(({ name, service }) =>
      planProblems.UNITE_CLASH(
        `sysctls.${name}`,
        owners.get(name)?.service ?? '',
        service,
        locate(['services', service, 'sysctls', name]),
      ),
    );
  const entries = [...owners.values()].map(({ name, value }) => [name, value] as const).sort();
  return { service: entries.length === 0 ? {} : { sysctls: Object.fromEntries(entries) }, problems };
}
