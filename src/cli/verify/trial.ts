/** Bundles started apart from everything else, and everything of them removed again. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { asObject } from '../../compose/json.js';
import type { Json } from '../../compose/project.js';
import type { ComposeRun, Engine, ProjectOptions } from '../../engine/engine.js';
import { type Problem, ProblemsError } from '../../problems.js';
import { LOCAL_FILE } from '../../render/render-files.js';
import { leftBehind } from '../../take-back.js';
import type { PlannedProject } from '../read-folder.js';
import { type CopyOutcome, copyFromHost } from './copy-from-host.js';
import { findSharedNetworks } from './find-shared-networks.js';
import { overrideFile } from './override-file.js';

export interface TrialRequest {
  readonly engine: Engine;
  readonly folder: string;
  readonly envFiles: readonly string[];
  readonly plan: PlannedProject;
  readonly run: ComposeRun;
  /** Is told what could not be removed. */
  readonly warn: (problem: Problem) => void;
}

export interface Trial {
  readonly project: ProjectOptions;
  readonly projectName: string;
}

const STOP_SECONDS = '10';

/** Starts the bundles and what they depend on, hands it to `look`, and removes its containers, networks, volumes and copies whatever happens. */
export async function withTrial<T>(request: TrialRequest, look: (trial: Trial) => Promise<T>): Promise<T> {
  const projectName = `${request.plan.project}-verify-${randomBytes(4).toString('hex')}`;
  const scratch = await mkdtemp(join(tmpdir(), 'bundle-shared-verify-'));
  try {
    const project = await prepareProject(request, projectName, scratch);
    return await started(request, { project, projectName }, look);
  } finally {
    await discard(request, scratch);
  }
}

/** What containers wrote into the copies may belong to anybody, so that only a container may remove it. */
async function discard({ engine, plan, warn }: TrialRequest, scratch: string): Promise<void> {
  const remove = () => rm(scratch, { recursive: true, force: true });
  try {
    await remove().catch(() => emptyAsRoot(engine, plan.bundles[0]?.tag ?? '', scratch).then(remove));
  } catch (cause) {
    warn(leftBehind(`the folder of copies "${scratch}"`, cause));
  }
}

async function emptyAsRoot(engine: Engine, image: string, folder: string): Promise<void> {
  await engine.runOnce({
    image,
    entrypoint: ['rm', '-rf', '/copies/host'],
    user: '0:0',
    folders: { '/copies': folder },
    // An interruption must not keep it from cleaning up.
    signal: new AbortController().signal,
  });
}

async function started<T>(
  { engine, plan, run, warn }: TrialRequest,
  trial: Trial,
  look: (trial: Trial) => Promise<T>,
): Promise<T> {
  // With a signal of its own: an interruption must not keep it from cleaning up.
  const { signal } = new AbortController();
  // Images that were built for the trial have names of its project, and no other.
  const down = ['down', '--volumes', '--rmi', 'local', '--remove-orphans', '--timeout', STOP_SECONDS];
  const remove = () => engine.composeRun(trial.project, down, { onLine: run.onLine, signal });
  let seen: T;
  try {
    const bundles = plan.bundles.map(({ bundle }) => bundle);
    await engine.composeRun(trial.project, ['up', '--detach', '--quiet-pull', ...bundles], run);
    seen = await look(trial);
  } catch (cause) {
    await remove().catch((left: unknown) => warn(leftBehind(`the project "${trial.projectName}"`, left)));
    throw cause;
  }
  await remove();
  return seen;
}

async function prepareProject(
  request: TrialRequest,
  projectName: string,
  scratch: string,
): Promise<ProjectOptions> {
  const { engine, folder, envFiles, plan, run } = request;
  const project: ProjectOptions = {
    files: [join(folder, existsSync(join(folder, LOCAL_FILE)) ? LOCAL_FILE : 'compose.yaml')],
    envFiles,
    // Services of any that a bundle waits for; the others are not started.
    profiles: ['*'],
    projectName,
    projectDirectory: folder,
  };
  const quiet = { signal: run.signal, onLine: () => undefined };
  const answer: Json = parse(await engine.composeRun(project, ['config'], quiet), { merge: true });
  const config = asObject(answer);
  const names = plan.bundles.map(({ bundle }) => bundle);
  const problems = findSharedNetworks(config, names);
  if (problems.length > 0) throw new ProblemsError('input', problems);
  const { text, copies } = overrideFile(config, join(scratch, 'host'));
  await mkdir(join(scratch, 'host'));
  for (const copy of copies) run.onLine(`${copy.from}: ${HOST_NOTES[await copyFromHost(copy)]}`);
  const override = join(scratch, 'compose.verify.yaml');
  await writeFile(override, text);
  return { ...project, files: [...project.files, override] };
}

const HOST_NOTES: Readonly<Record<CopyOutcome, string>> = {
  copied: 'a copy is used',
  'copied in part': 'a copy without its sockets, pipes and devices is used',
  absent: 'does not exist, an empty folder is used',
  'too big': 'too big to copy, an empty one is used',
  unreadable: 'cannot be read, an empty one is used',
  special: 'not a file or folder, used as it is',
};
