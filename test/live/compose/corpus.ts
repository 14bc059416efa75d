/** The corpus: compose files in the style of well-known applications, planned with recorded facts of their images. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeBundle } from '../../../src/bundle.js';
import type { BundleOptions, BundleResult } from '../../../src/bundle-options.js';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { ImageFacts } from '../../../src/images/image-facts.js';
import { type Problem, ProblemsError } from '../../../src/problems.js';
import { completeFacts } from '../../fixture.js';
import { temporaryFolder } from '../bundles.js';

const CORPUS = 'test/corpus';

/** `options.json` of a case: options of the API, and what surrounds the call. */
interface CaseOptions extends Partial<BundleOptions> {
  readonly env?: Readonly<Record<string, string>>;
  /** The compose file comes from stdin. */
  readonly fromStdin?: boolean;
}

export interface Case {
  /** A copy of the case's folder. */
  readonly folder: string;
  readonly output: string;
  readonly env: Readonly<Record<string, string>>;
  /** Arguments of `docker compose` that name the original project. */
  readonly original: readonly string[];
  readonly result: BundleResult | undefined;
  /** `CODE file:line:column: message` of every problem; without a place where it has none. */
  readonly problems: readonly string[];
}

export function corpusCases(): readonly string[] {
  return readdirSync(CORPUS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Plans a case and writes its files, from inside its folder as a user would; nothing is built. */
export async function runCase(name: string): Promise<Case> {
  const folder = join(temporaryFolder(), name);
  mkdirSync(folder, { recursive: true });
  cpSync(join(CORPUS, name), folder, { recursive: true });
  const optionsFile = join(folder, 'options.json');
  const {
    env = {},
    fromStdin,
    ...options
  }: CaseOptions = existsSync(optionsFile) ? JSON.parse(readFileSync(optionsFile, 'utf8')) : {};
  const stdin = fromStdin ? { stdin: readFileSync(join(folder, 'compose.yaml'), 'utf8'), files: ['-'] } : {};
  const output = join(folder, 'bundle');
  const home = process.cwd();
  process.chdir(folder);
  try {
    const told = await tell({ ...options, ...stdin, output, build: false }, env);
    return { folder, output, env, original: originalArguments(options), ...told };
  } finally {
    process.chdir(home);
  }
}

async function tell(options: BundleOptions, env: Readonly<Record<string, string>>) {
  try {
    const result = await makeBundle(recordedEngine(env), options);
    return { result, problems: result.warnings.map(problemText) };
  } catch (cause) {
    if (!(cause instanceof ProblemsError)) throw cause;
    return { result: undefined, problems: cause.problems.map(problemText) };
  }
}

function problemText({ code, location, message }: Problem): string {
  if (location === undefined) return `${code}: ${message}`;
  return `${code} ${location.file}:${location.line}:${location.column}: ${message}`;
}

function originalArguments({ files = [], envFiles = [], profiles = [], ...options }: CaseOptions): string[] {
  return [
    ...files.flatMap((file) => ['--file', file]),
    ...envFiles.flatMap((file) => ['--env-file', file]),
    ...profiles.flatMap((profile) => ['--profile', profile]),
    ...(options.projectName === undefined ? [] : ['--project-name', options.projectName]),
    ...(options.projectDirectory === undefined ? [] : ['--project-directory', options.projectDirectory]),
  ];
}

const IMAGES: Readonly<Record<string, Partial<ImageFacts>>> = JSON.parse(
  readFileSync(resolve(CORPUS, 'images.json'), 'utf8'),
);

/** Compose is the real one; an image that is not recorded has a command and nothing else. */
function recordedEngine(env: Readonly<Record<string, string>>): Engine {
  const real = dockerEngine({ environment: { ...process.env, ...env } });
  return {
    ...real,
    inspectImage: async (reference) =>
      completeFacts(
        reference,
        IMAGES[reference] ?? { config: { cmd: ['run'] } as unknown as ImageFacts['config'] },
      ),
    composeBuild: async () => undefined,
    composePull: async () => undefined,
  };
}
