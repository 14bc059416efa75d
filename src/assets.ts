/** Reads what ships with the program: templates, the assembler, the runtime. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputProblems } from './input-problems.js';
import { ProblemsError } from './problems.js';
import type { Assets, ShippedFile } from './render/render-files.js';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** `templates`: a folder of the user's, whose files take the place of the shipped ones of the same names. */
export async function readAssets(templates?: string): Promise<Assets> {
  const [dockerfile, supervisord] = await Promise.all([
    readTemplate('Dockerfile.hbs', templates),
    readTemplate('supervisord.conf.hbs', templates),
  ]);
  return {
    templates: { Dockerfile: dockerfile, 'supervisord.conf': supervisord },
    assembly: await readPrograms(join(PACKAGE, 'assembly')),
    runtime: await readPrograms(join(PACKAGE, 'runtime')),
  };
}

async function readTemplate(name: string, folder: string | undefined): Promise<string> {
  const shipped = () => readFile(join(PACKAGE, 'templates', name), 'utf8');
  if (folder === undefined) return shipped();
  const names = await readdir(folder).catch((cause: Error) => {
    throw new ProblemsError('usage', [inputProblems.TEMPLATES_UNREADABLE(folder, cause.message)]);
  });
  return names.includes(name) ? readFile(join(folder, name), 'utf8') : shipped();
}

async function readPrograms(folder: string): Promise<readonly ShippedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && (entry.name.endsWith('.py') || entry.parentPath.endsWith('bin')))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  return Promise.all(
    paths.map(async (path) => ({
      path: path.replaceAll('\\', '/'),
      content: await readFile(join(folder, path), 'utf8'),
      isExecutable: path.startsWith('bin'),
    })),
  );
}
