/** The plan as a page for a person. */
import type { Member, Plan, ProjectPlan, Text } from '../plan/plan.js';
import { table } from './table.js';

export function planText({ project, bundles, dedicated }: ProjectPlan): string {
  const facts = table(
    ['project', project],
    [['dedicated', dedicated.map(({ service, reason }) => `${service} (${reason})`).join(', ') || 'none']],
  );
  return [facts, ...bundles.map(bundleText)].join('\n');
}

function bundleText(plan: Plan): string {
  const facts = table(
    ['bundle', `${plan.bundle}, which stands for ${count(plan.members.length, 'member')}`],
    [
      ['image', `${plan.tag} (${plan.platform}, from ${plan.base})`],
      ['grant', GRANTS[plan.grant]],
      ['stop', `at most ${plan.stopSeconds} s`],
    ],
  );
  return [facts, membersTable(plan.members), variablesList(plan.members)]
    .filter((part) => part !== '')
    .join('\n');
}

const GRANTS = {
  userns: 'userns: no capability added, a seccomp profile of its own',
  'sys-admin': 'sys-admin: SYS_ADMIN and SYS_PTRACE for init and crun',
} as const;

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
    ports.map(portText).join(' ') || '-',
    launch.dependsOn.map((dependency) => dependency.service).join(' ') || '-',
  ];
}

/** What only the image's EXPOSE says is no promise. */
function portText({ port, protocol, evidence }: Member['ports'][number]): string {
  return `${port}${protocol === 'tcp' ? '' : `/${protocol}`}${evidence === 'image' ? ' (EXPOSE)' : ''}`;
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
