/** `bundle-shared verify [DIR]`: do the bundles really run? */
import { resolve } from 'node:path';
import { type Problem, ProblemsError } from '../../problems.js';
import type { VerifyCommand } from '../invocation.js';
import { type PlannedBundle, readFolder } from '../read-folder.js';
import type { Session } from '../session.js';
import { withProgress } from '../with-progress.js';
import { comparePorts } from './compare-ports.js';
import type { Findings } from './findings.js';
import { listenersIn, READ_TABLES } from './listening-sockets.js';
import { isWell, memberStatuses } from './member-status.js';
import { type Trial, withTrial } from './trial.js';
import { verifyProblems } from './verify-problems.js';
import { verifyText } from './verify-text.js';
import { waitForHealth } from './wait-for-health.js';

const LOG_LINES = '400';
const LOG_TAIL = 40;

export async function verifyCommand(command: VerifyCommand, session: Session): Promise<void> {
  const { engine, streams, signal } = session;
  const folder = resolve(command.folder);
  const plan = await readFolder(folder);
  const { findings } = await withProgress(streams, command.progress, async (onEvent) => {
    const run = { signal, onLine: (text: string) => onEvent({ type: 'line', text }) };
    await engine.check();
    const warnings: Problem[] = [];
    const warn = (problem: Problem) => {
      warnings.push(problem);
      onEvent({ type: 'warning', problem });
    };
    const request = { engine, folder, envFiles: command.envFiles, plan, run, warn };
    const findings = await withTrial(request, (trial) => lookAtAll(trial, plan.bundles, command, session));
    return { warnings, findings };
  });
  const problems = findings.flatMap((found) => problemsOf(found, command.timeoutSeconds));
  const bundles = findings.map(({ bundle, outcome, members, ports }) => ({
    bundle: bundle.bundle,
    outcome,
    members,
    ports,
  }));
  const result = { healthy: problems.length === 0, bundles };
  if (problems.length === 0 || !command.json) {
    streams.stdout.write(
      command.json ? `${JSON.stringify(result, null, 2)}\n` : findings.map(verifyText).join('\n'),
    );
  }
  if (problems.length > 0) throw new ProblemsError('input', problems, findings.flatMap(tailOf));
}

/** One after another: they started together. */
async function lookAtAll(
  trial: Trial,
  bundles: readonly PlannedBundle[],
  command: VerifyCommand,
  session: Session,
): Promise<readonly Findings[]> {
  const findings: Findings[] = [];
  for (const bundle of bundles) findings.push(await look(trial, bundle, command, session));
  return findings;
}

async function look(
  trial: Trial,
  plan: PlannedBundle,
  command: VerifyCommand,
  session: Session,
): Promise<Findings> {
  const { engine, signal } = session;
  const quiet = { signal, onLine: () => undefined };
  const ids = await engine.composeRun(trial.project, ['ps', '--all', '--quiet', plan.bundle], quiet);
  const container = ids.trim().split('\n')[0];
  if (!container) throw new ProblemsError('input', [verifyProblems.BUNDLE_ABSENT(plan.bundle)]);
  const outcome = await waitForHealth(engine, container, command.timeoutSeconds, signal);
  const isRunning = outcome.health !== 'ended';
  const status = isRunning ? await engine.exec(container, ['bundle-status', '--json']) : undefined;
  const tables = isRunning ? await engine.exec(container, READ_TABLES) : undefined;
  const logs = ['logs', '--no-color', '--no-log-prefix', '--tail', LOG_LINES, plan.bundle];
  const log = await engine.composeRun(trial.project, logs, quiet);
  return {
    bundle: plan,
    outcome,
    members: memberStatuses(status?.stdout ?? ''),
    ports: comparePorts(plan, listenersIn(tables?.stdout ?? '')),
    log: log.split('\n').filter((line) => line.trim() !== ''),
  };
}

function problemsOf({ outcome, members }: Findings, timeoutSeconds: number): Problem[] {
  if (outcome.health === 'healthy') return [];
  if (outcome.health === 'ended') return [verifyProblems.BUNDLE_ENDED(outcome.exitCode)];
  const unwell = members.filter((member) => !isWell(member));
  const named = unwell.map(({ member, state, health }) =>
    verifyProblems.MEMBER_UNHEALTHY(member, health ? `${state}, ${health}` : state),
  );
  return named.length > 0 ? named : [verifyProblems.BUNDLE_UNHEALTHY(outcome.health, timeoutSeconds)];
}

/** Lines of a bundle begin with their member's name: `cache  | …`. */
function tailOf({ outcome, members, log }: Findings): string[] {
  if (outcome.health === 'healthy') return [];
  const names =
    outcome.health === 'ended' ? [] : members.filter((member) => !isWell(member)).map(({ member }) => member);
  const own = log.filter((line) => names.includes(line.split('|')[0]?.trim() ?? ''));
  return (own.length > 0 ? own : log).slice(-LOG_TAIL);
}
