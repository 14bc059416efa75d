/** Pushes and pulls with the docker command, which knows every credential helper. */

import type { DockerRun } from './compose-run.js';
import { pullFailed, pushFailed } from './docker-problems.js';
import type { PushResult } from './engine.js';
import { runCommand } from './run-command.js';

const LOG_TAIL = 20;

export async function pushImage(tag: string, run: DockerRun): Promise<PushResult> {
  const { code, stdout, stderr } = await runCommand('docker', ['push', tag], run);
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1];
  if (code === 0 && digest !== undefined) return { tag, digest };
  const why = lastLine(stderr) ?? 'docker push named no digest';
  throw pushFailed(tag, why, stdout.trim().split('\n').slice(-LOG_TAIL));
}

export async function pullImage(reference: string, platform: string, run: DockerRun): Promise<void> {
  const { code, stderr } = await runCommand(
    'docker',
    ['pull', '--quiet', '--platform', platform, reference],
    run,
  );
  if (code === 0) return;
  throw pullFailed(reference, lastLine(stderr) ?? 'docker pull gave no reason');
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1) || undefined;
}
