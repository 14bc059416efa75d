/** What was seen of a started bundle, as a page for a person. */
import { table } from '../table.js';
import type { Findings } from './findings.js';

export function verifyText({ bundle, outcome, members, ports }: Findings): string {
  const rows = members.map(({ member, state, health, restarts, exitCode }) => [
    member,
    state,
    health ?? '-',
    String(restarts ?? 0),
    exitCode === undefined || exitCode === null ? '-' : String(exitCode),
    ports.planned
      .filter((port) => port.member === member)
      .map(({ port, protocol, state: seen }) => `${port}/${protocol} ${seen}`)
      .join(', ') || '-',
  ]);
  const unplanned = ports.unplanned.map(
    ({ port, protocol, isLoopback }) =>
      `${port}/${protocol} ${isLoopback ? 'listens on loopback' : 'listens'}, and no member's plan names it\n`,
  );
  const health = outcome.health === 'ended' ? `ended with exit code ${outcome.exitCode}` : outcome.health;
  const header = ['MEMBER', 'STATE', 'HEALTH', 'RESTARTS', 'EXIT', 'PORTS'];
  return [
    `${bundle.tag}: ${health}\n`,
    ...(rows.length > 0 ? [`\n${table(header, rows)}`] : []),
    ...unplanned,
  ].join('');
}
