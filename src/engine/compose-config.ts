/** Lets Compose read the project, once with values and once with expressions. */
import { projectArguments, projectDirectory } from './compose-arguments.js';
import { composeFailure } from './compose-failure.js';
import { composeWarnings, withoutWarnings } from './compose-warnings.js';
import type { ComposeConfigs, ProjectOptions } from './engine.js';
import { type CommandOptions, runCommand } from './run-command.js';

const BASE = ['compose', '--ansi', 'never'];
/** Relative paths stay relative to the project's folder, so that both outputs differ only where a variable was. */
const CONFIG = ['config', '--no-path-resolution'];
const AS_WRITTEN = ['--no-interpolate', '--no-env-resolution'];

export async function composeConfig(project: ProjectOptions, run: CommandOptions): Promise<ComposeConfigs> {
  const environment = run.environment ?? process.env;
  const named = { ...run, cwd: projectDirectory(project, environment) };
  const everyProfile = projectArguments({ ...project, profiles: ['*'] });
  const [resolved, written] = await Promise.all([
    runCommand('docker', [...BASE, ...projectArguments(project), ...CONFIG], named),
    runCommand('docker', [...BASE, ...everyProfile, ...CONFIG, ...AS_WRITTEN], named),
  ]);
  if (resolved.code !== 0) throw await composeFailure(resolved.stderr, project);
  const warnings = composeWarnings(resolved.stderr);
  if (written.code === 0) return { resolved: resolved.stdout, written: written.stdout, warnings };
  return { resolved: resolved.stdout, writtenFailure: withoutWarnings(written.stderr), warnings };
}
