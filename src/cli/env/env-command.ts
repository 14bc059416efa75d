/** `bundle-shared env [FOLDER]`: the variables that the container of a bundle needs. */
import { resolve } from 'node:path';
import { ProblemsError } from '../../problems.js';
import type { EnvCommand } from '../invocation.js';
import { type PlannedBundle, readFolder } from '../read-folder.js';
import type { Session } from '../session.js';
import { usageProblems } from '../usage-problems.js';
import { envText } from './env-text.js';
import { variablesOf } from './variables-of.js';

export async function envCommand(command: EnvCommand, { streams }: Session): Promise<void> {
  const { bundles } = await readFolder(resolve(command.folder));
  const bundle = chosen(bundles, command.bundle);
  streams.stdout.write(
    command.json ? `${JSON.stringify(variablesOf(bundle), null, 2)}\n` : envText(bundle, command.format),
  );
}

function chosen(bundles: readonly PlannedBundle[], name: string | undefined): PlannedBundle {
  const names = bundles.map(({ bundle }) => bundle);
  const found =
    name === undefined && bundles.length === 1 ? bundles[0] : bundles.find(({ bundle }) => bundle === name);
  if (found !== undefined) return found;
  throw new ProblemsError('usage', [usageProblems.WHICH_BUNDLE(name, names)]);
}
