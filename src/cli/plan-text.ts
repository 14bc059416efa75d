/** The plan as a page for a person. */

import type { CellFit } from '../plan/cell.js';
import type { Member, Plan, ProjectPlan, Text } from '../plan/plan.js';
import { portRanges } from '../plan/port-ranges.js';
import { amountsText, sizeText } from './amount-text.js';
import { table } from './table.js';

export function planText(plan: ProjectPlan): string {
  const { project, bundles, dedicated, instances } = plan;
  const facts = table(
    ['project', project],
    [
      ...servicePlanRows(plan.servicePlan),
      ['dedicated', dedicated.map(({ service, reason }) => `${service} (${reason})`).join(', ') || 'none'],
      [
        'containers',
        `${instances.before} before, ${instances.after} with ${count(bundles.length, 'bundle')}`,
      ],
      ...(plan.cell === undefined ? [] : [['cell', cellText(plan.cell)]]),
    ],
  );
  return [facts, splitsText(plan), ignoredText(plan), hostsText(plan), ...bundles.map(bundleText)]
    .filter((part) => part !== '')
    .join('\n');
}

function servicePlanRows(servicePlan: ProjectPlan['servicePlan']): string[][] {
  if (servicePlan === undefined) return [];
  const { name, tenancy, hosting } = servicePlan;
  return [
    ['plan', `${name}, ${tenancy ?? 'no tenancyType'}, hosted in ${hosting}`],
    ['sharing', 'within one tenant: members of a bundle share an instance, dedicated services keep theirs'],
  ];
}

function cellText({ cell, needs, instances, bound, unsaid }: CellFit): string {
  const size = amountsText({ cpus: cell.cpus ?? null, memoryBytes: cell.memoryBytes ?? null });
  const room = `${size}, ${Math.round(cell.headroom * 100)}% headroom`;
  if (instances === null)
    return `how many fit (${room}) is not known: no reservation or limit of ${unsaid.join(', ') || 'anything'}`;
  return `${count(instances, 'tenant')} of (${amountsText(needs)}) in (${room}); ${bound} runs out first`;
}

function ignoredText({ servicePlan }: ProjectPlan): string {
  if (servicePlan === undefined) return '';
  const rows = servicePlan.ignored.map(({ key, services, instead }) => [key, services.join(', '), instead]);
  return table(['IGNORED THERE', 'USED BY', 'IN ITS PLACE'], rows);
}

/** Names only: a URL may hold a password. */
function hostsText({ servicePlan }: ProjectPlan): string {
  const rows = (servicePlan?.renamedHosts ?? []).map(({ service, variable, host, bundle }) => [
    host,
    `${variable} of ${service}`,
    bundle,
  ]);
  return rows.length === 0 ? '' : table(['OLD HOST', 'IN', 'WRITTEN AS'], rows);
}

function splitsText({ splits }: ProjectPlan): string {
  return splits.length === 0
    ? ''
    : table(
        ['APART', 'WHY'],
        splits.map(({ services, reason }) => [services.join(', '), reason]),
      );
}

function bundleText(plan: Plan): string {
  const facts = table(
    ['bundle', `${plan.bundle}, which stands for ${count(plan.members.length, 'member')}`],
    [
      ['image', `${plan.tag} (${plan.platform}, from ${plan.base})`],
      ['grant', GRANTS[plan.grant]],
      ...(plan.grant === 'userns' ? [['without', lossesText(plan.members)]] : []),
      ['stop', `at most ${plan.stopSeconds} s`],
      ...footprintRows(plan.footprint),
    ],
  );
  return [
    facts,
    membersTable(plan.members),
    needsTable(plan.members),
    notesTable(plan),
    variablesList(plan.members),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function footprintRows({
  limits,
  requests,
  runtimeBytes,
  unsaid,
  imageBytes,
  storage,
}: Plan['footprint']): string[][] {
  const missing = unsaid.length === 0 ? '' : `; nothing said by ${unsaid.join(', ')}`;
  return [
    ['requests', `${amountsText(requests)}, of which ${sizeText(runtimeBytes)} for the runtime${missing}`],
    ['limits', amountsText(limits)],
    ['disk', `at most ${sizeText(imageBytes)} of images, and 80 MB for the runtime`],
    ...(storage.length === 0 ? [] : [['storage', storage.map(storageText).join('; ')]]),
  ];
}

function storageText({ provider, gi, unknown }: Plan['footprint']['storage'][number]): string {
  const open = unknown.length === 0 ? [] : [`a size that is not known yet of ${unknown.join(', ')}`];
  const known = gi === 0 && open.length > 0 ? [] : [`${gi} Gi`];
  return `${provider} ${[...known, ...open].join(' and ')}`;
}

const GRANTS = {
  userns: 'userns: no capability added, a seccomp profile of its own',
  'sys-admin': 'sys-admin: SYS_ADMIN and SYS_PTRACE for init and crun',
} as const;

/** What members have in containers of their own, and cannot use in a user namespace (design §8.5). */
function lossesText(members: readonly Member[]): string {
  const held = new Set(members.flatMap(({ process }) => process.capabilities));
  const raw = held.has('CAP_NET_RAW') ? ['raw sockets (NET_RAW)'] : [];
  const nodes = held.has('CAP_MKNOD') ? ['mknod of devices'] : [];
  return [...raw, ...nodes, 'writing to /proc'].join(', ');
}

const HEADER = ['MEMBER', 'IMAGE', 'DISTRIBUTION', 'USER', 'RESTART', 'STOP', 'PORTS', 'AFTER'];

function membersTable(members: readonly Member[]): string {
  return table(HEADER, members.map(memberRow));
}

function memberRow({ service, image, launch, program, ports }: Member): string[] {
  return [
    service,
    image.reference,
    image.distribution ?? '-',
    textOf(launch.user) || 'root',
    restartText(program, launch.restart.attempts),
    `${launch.stop.signal} ${launch.stop.graceSeconds} s`,
    portsText(ports) || '-',
    launch.dependsOn.map((dependency) => dependency.service).join(' ') || '-',
  ];
}

/** Members that do not run in a container that was granted nothing. */
function needsTable(members: readonly Member[]): string {
  const rows = members
    .map(({ service, launch: { needs } }) => [service, needs.rung, needs.why.join('; ')])
    .filter(([, rung]) => rung !== 'chroot');
  return rows.length === 0 ? '' : table(['MEMBER', 'NEEDS', 'BECAUSE'], rows);
}

function notesTable({ members, notes }: Plan): string {
  const rows = notes.map((one) => [
    one.members.length === members.length ? 'all' : one.members.join(', '),
    one.note,
  ]);
  return rows.length === 0 ? '' : table(['MEMBERS', 'NOTE'], rows);
}

/** What only the image's EXPOSE says is no promise. */
function portsText(ports: Member['ports']): string {
  const suffixOf = ({ protocol, evidence }: Member['ports'][number]) =>
    `${protocol === 'tcp' ? '' : `/${protocol}`}${evidence === 'image' ? ' (EXPOSE)' : ''}`;
  const suffixes = [...new Set(ports.map(suffixOf))];
  return suffixes
    .flatMap((suffix) => {
      const some = ports.filter((port) => suffixOf(port) === suffix).map(({ port }) => port);
      return portRanges(some).map((range) => `${range}${suffix}`);
    })
    .join(' ');
}

/** In supervisord's words, since that is what an operator meets. */
function restartText({ autorestart, exitcodes }: Member['program'], attempts: number | null): string {
  const when = autorestart === 'unexpected' ? `unexpected, exitcodes=${exitcodes.join(',')}` : autorestart;
  return `autorestart=${when}${attempts === null ? '' : `, at most ${attempts} times`}`;
}

function variablesList(members: readonly Member[]): string {
  const names = [...new Set(members.flatMap(({ variables }) => Object.keys(variables)))].sort();
  return names.length === 0 ? '' : `variables\n${names.map((name) => `  ${name}\n`).join('')}`;
}

function textOf(text: Text): string {
  return typeof text === 'string' ? text : `$${text.var}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
