/** Lets Compose read the project, once with values and once with expressions. */
import { projectArguments, projectDirectory } from './compose-arguments.js';
import { composeFailure } from './compose-failure.js';
import { composeWarnings, withoutWarnings } from './compose-warnings.js';
import { type Config, composeWritten } from './compose-written.js';
import type { ComposeConfigs, ProjectOptions } from './engine.js';
import { type CommandOptions, runCommand } from './run-command.js';

const BASE = ['compose', '--ansi', 'never'];
/** Relative paths stay relative to the project's folder, so that both outputs differ only where a variable was. */
const CONFIG = ['config', '--no-path-resolution'];
const AS_WRITTEN = ['--no-interpolate', '--no-env-resolution'];

export async function composeConfig(project: ProjectOptions, run: CommandOptions): Promise<ComposeConfigs> {
  const config: Config = (wanted, ...options) =>
    runCommand('docker', [...BASE, ...projectArguments(wanted), ...CONFIG, ...options], {
      ...run,
      cwd: projectDirectory(wanted),
      ...(wanted.stdin === undefined ? {} : { input: wanted.stdin }),
    });
  const everyProfile = { ...project, profiles: ['*'] };
  const [resolved, written, everything] = await Promise.all([
    config(project),
    config(everyProfile, ...AS_WRITTEN),
    config(everyProfile, '--no-env-resolution'),
  ]);
  if (resolved.code !== 0) throw await composeFailure(resolved.stderr, project);
  const configs = {
    resolved: resolved.stdout,
    ...(everything.code === 0 ? { everything: everything.stdout } : {}),
    warnings: composeWarnings(resolved.stderr),
  };
  if (written.code === 0) return { ...configs, written: written.stdout };
  const repaired = await composeWritten(project, config, AS_WRITTEN);
  if (repaired === undefined) return { ...configs, writtenFailure: withoutWarnings(written.stderr) };
  return { ...configs, written: repaired.text, warnings: [...configs.warnings, ...repaired.warnings] };
}
