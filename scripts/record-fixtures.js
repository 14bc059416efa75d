// Records what `docker compose config` makes of every fixture, as resolved.yaml, everything.yaml and written.yaml beside it.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isServicePlan, protectExpressions } from '../dist/compose/protect-expressions.js';

const folders = readdirSync('fixtures', { recursive: true })
  .map((path) => join('fixtures', path))
  .filter((path) => path.endsWith('/compose.yaml') && !path.includes('/expected/'))
  .map((path) => path.slice(0, -'/compose.yaml'.length));

/** Arguments as src/engine gives them; the project directory has no name of this machine in it. */
function config(folder, ...options) {
  const name = folder.split('/').at(-1).toLowerCase();
  const profiles = options.length > 0 ? ['--profile', '*'] : [];
  const text = readFileSync(join(folder, 'compose.yaml'), 'utf8');
  const isPlan = isServicePlan(text);
  const file = isPlan ? ['-f', '-', '--project-directory', '.'] : ['-f', 'compose.yaml'];
  const output = execFileSync(
    'docker',
    ['compose', ...file, '-p', name, ...profiles, 'config', '--no-path-resolution', ...options],
    { cwd: folder, encoding: 'utf8', ...(isPlan ? { input: protectExpressions(text) } : {}) },
  );
  return output.replaceAll(`${process.cwd()}/`, '/project/');
}

for (const folder of folders.filter((path) => existsSync(join(path, 'compose.yaml')))) {
  writeFileSync(join(folder, 'resolved.yaml'), config(folder));
  writeFileSync(join(folder, 'everything.yaml'), config(folder, '--no-env-resolution'));
  writeFileSync(join(folder, 'written.yaml'), config(folder, '--no-interpolate', '--no-env-resolution'));
}
