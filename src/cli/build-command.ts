/** `bundle-shared build`: plan, write the files, build the image. */
import { relative } from 'node:path';
import type { BundleResult } from '../bundle-options.js';
import { withoutValues } from '../plan/without-values.js';
import { LOCAL_FILE } from '../render/render-files.js';
import { STACK_FILE } from '../render/stack-file.js';
import type { BuildCommand } from './invocation.js';
import { checkMetadataFile, writeMetadata } from './metadata-file.js';
import type { Session } from './session.js';
import { withProgress } from './with-progress.js';

export async function buildCommand(command: BuildCommand, session: Session): Promise<void> {
  const { engine, streams, signal } = session;
  if (command.metadataFile !== undefined) await checkMetadataFile(command.metadataFile);
  const result = await withProgress(streams, command.progress, (onEvent) =>
    session.makeBundle(engine, { ...command.options, signal, onEvent }),
  );
  if (command.metadataFile !== undefined) await writeMetadata(command.metadataFile, result);
  if (command.json) {
    streams.stdout.write(`${JSON.stringify({ ...result, plan: withoutValues(result.plan) }, null, 2)}\n`);
    return;
  }
  streams.stdout.write(resultText(result));
  if (command.progress !== 'quiet') streams.stderr.write(nextText(result, command));
}

function resultText({ bundles, output }: BundleResult): string {
  const lines = bundles.flatMap(({ tag, imageId, digest }) => [
    ...(imageId === undefined ? [] : [`image   ${tag}`, `id      ${imageId}`]),
    ...(digest === undefined ? [] : [`digest  ${digest}`]),
  ]);
  return `${[...lines, `output  ${output}`].join('\n')}\n`;
}

function nextText(result: BundleResult, command: BuildCommand): string {
  return command.options.target === 'swarm' ? stackText(result) : insteadText(result, command);
}

function stackText({ output, plan }: BundleResult): string {
  const file = quoted(`${shown(output)}/${STACK_FILE}`);
  const deploy = `docker stack deploy --compose-file ${file} ${quoted(plan.project)}`;
  return `\nto run it in a swarm, which takes variables from the shell and reads no .env:\n  ${deploy}\n`;
}

/** The old containers go first: they hold the same volumes (design §8.7). */
function insteadText({ output, plan }: BundleResult, { options }: BuildCommand): string {
  const flags = (flag: string, values: readonly (string | undefined)[] = []) =>
    values.map((value) => (value === undefined ? '' : ` ${flag} ${quoted(value)}`)).join('');
  const named = flags('--env-file', options.envFiles);
  // Without these Compose would look for another project, or leave the services of a profile as they are.
  const project = flags('-p', [options.projectName]);
  const folder = flags('--project-directory', [options.projectDirectory]);
  const profiles = flags('--profile', options.profiles);
  const file = plan.servicePlan === undefined ? 'compose.yaml' : LOCAL_FILE;
  const before = `docker compose${flags('-f', options.files)}${named}${project}${folder}${profiles} down`;
  const after = `docker compose -f ${quoted(`${shown(output)}/${file}`)}${named}${project}${profiles} up -d --wait`;
  return `\nto run it in place of the separate containers:\n  ${before}\n  ${after}\n`;
}

function shown(output: string): string {
  return relative('.', output) || '.';
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
