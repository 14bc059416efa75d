/** Whole projects that were made up, and what the real parsers say of everything that is written for them. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'ini';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBundle } from '../../../src/bundle.js';
import type { BundleResult } from '../../../src/bundle-options.js';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import type { ImageFacts } from '../../../src/images/image-facts.js';
import type { Member, Plan } from '../../../src/plan/plan.js';
import { ProblemsError } from '../../../src/problems.js';
import { completeFacts } from '../../fixture.js';
import { discardFolders, temporaryFolder } from '../bundles.js';
import { docker } from '../docker.js';
import { comparedProjects, readConfig } from './compare-projects.js';
import { anyProject, CALLER, type GeneratedProject } from './generated-projects.js';
import { byName, programOf, readPrograms } from './supervisord-reader.js';

/** `npm run soak` tries all that are to be tried before a release. */
const PROJECTS = process.env.SOAK === '1' ? 300 : 16;

const real = dockerEngine({ environment: { ...process.env, ...CALLER } });
const engine = {
  ...real,
  inspectImage: async (reference: string) =>
    completeFacts(reference, { config: { cmd: ['run'] } as unknown as ImageFacts['config'] }),
  composePull: async () => undefined,
};

interface Made {
  readonly project: GeneratedProject;
  readonly folder: string;
  readonly target: 'compose' | 'swarm';
  readonly result: BundleResult;
}

/** Codes of problems where it is refused. */
async function make(
  project: GeneratedProject,
  target: Made['target'],
  isReversed = false,
): Promise<Made | readonly string[]> {
  const folder = join(temporaryFolder(), 'project');
  mkdirSync(folder);
  const services = isReversed ? project.services.toReversed() : project.services;
  const text = JSON.stringify({
    name: 'generated',
    services: Object.fromEntries(services),
    ...project.top,
  });
  const file = join(folder, 'compose.yaml');
  writeFileSync(file, text);
  for (const name of ['app.env', 'key.txt', 'note.txt'])
    writeFileSync(join(folder, name), 'A_KEY=of a file\n');
  const output = join(folder, 'bundle');
  const options = { files: [file], output, build: false, target, allow: ['sys-admin'] } as const;
  try {
    return { project, folder, target, result: await makeBundle(engine, options) };
  } catch (cause) {
    if (!(cause instanceof ProblemsError)) throw new Error(text, { cause });
    return cause.problems.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  }
}

const made: Made[] = [];
const refused: (readonly string[])[] = [];

beforeAll(async () => {
  for (const project of fc.sample(anyProject, { seed: 1125, numRuns: PROJECTS })) {
    const forSwarm = await make(project, 'swarm');
    const one = 'result' in forSwarm ? forSwarm : await make(project, 'compose');
    if ('result' in one) made.push(one);
    else refused.push(one);
  }
});

afterAll(discardFolders);

function filesIn(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]),
  );
}

/** The parser takes a dot in a section's name for one of a section inside another. */
const noDots = (name: string) => name.replaceAll('.', '/');

function sectionOf(member: Member): Readonly<Record<string, string | boolean>> {
  const { command, autorestart, exitcodes, startsecs, startretries, stopsignal, stopwaitsecs, priority } =
    programOf(member);
  return {
    command,
    autostart: false,
    autorestart: autorestart === 'unexpected' ? autorestart : autorestart === 'true',
    exitcodes: exitcodes.join(','),
    startsecs: String(startsecs),
    startretries: String(startretries),
    // Written as a number where it is given as one.
    stopsignal: /^\d+$/.test(member.program.stopsignal) ? member.program.stopsignal : stopsignal,
    stopwaitsecs: String(stopwaitsecs),
    priority: String(priority),
    stdout_logfile: '/dev/fd/1',
    stdout_logfile_maxbytes: '0',
    stderr_logfile: '/dev/fd/2',
    stderr_logfile_maxbytes: '0',
  };
}

const bundles = (): readonly (readonly [folder: string, plan: Plan])[] =>
  made.flatMap(({ result: { output, plan } }) => plan.bundles.map((plan) => [output, plan] as const));

describe('a project that was made up', () => {
  it('is bundled, but for some whose services wait for each other or stay out', () => {
    const codes = new Set(refused.flat());
    expect([...codes].filter((code) => !['DEPENDENCY_CYCLE', 'NO_MEMBERS'].includes(code))).toEqual([]);
    expect(made.length).toBeGreaterThan(PROJECTS * 0.6);
    expect(made.filter(({ target }) => target === 'swarm').length).toBeGreaterThan(PROJECTS * 0.4);
  });

  it('gives the same bytes whatever the order of its services, and wherever it stands', async () => {
    for (const { project, target, result } of made) {
      const again = await make(project, target, true);
      expect('result' in again && filesIn(again.result.output)).toEqual(filesIn(result.output));
    }
  });

  it('means to Compose what the original means', async () => {
    for (const { folder, result } of made) {
      const original = await readConfig(folder, [], CALLER);
      const file = join(result.output, 'compose.yaml');
      const written = await readConfig('/', ['--file', file], CALLER);
      const { expected, actual } = comparedProjects(original, written, result.plan);
      expect(actual, readFileSync(join(folder, 'compose.yaml'), 'utf8')).toEqual(expected);
    }
  });

  it('is accepted by a swarm', async () => {
    const swarms = made.filter(({ target }) => target === 'swarm');
    const refusals = await Promise.all(
      swarms.map(async ({ result: { output, plan } }) => {
        const flags = ['stack', 'config', '--compose-file', join(output, 'stack.yaml')];
        const { stdout } = await docker(flags, { env: CALLER }).catch((cause) => ({ stdout: String(cause) }));
        return plan.bundles.every(({ bundle }) => stdout.includes(`\n  ${bundle}:\n`)) ? [] : [stdout];
      }),
    );
    expect(refusals.flat()).toEqual([]);
  });

  it('has a Dockerfile that the Engine can read to its end', async () => {
    for (const [folder] of bundles()) {
      // All of it is parsed, and only the first stage built.
      const context = temporaryFolder();
      const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8');
      const more = `FROM scratch AS nothing\nLABEL a=b\n${dockerfile}\nFROM nothing AS end\nLABEL read=yes\n`;
      writeFileSync(join(context, 'Dockerfile'), more);
      await docker(['build', '--quiet', '--target', 'end', context]);
    }
  });

  it('has a supervisord.conf with exactly the sections and keys of its plan', () => {
    for (const [folder, plan] of bundles()) {
      const text = readFileSync(join(folder, 'supervisord.conf'), 'utf8');
      const { unix_http_server, supervisord, supervisorctl, ...rest } = parse(
        text.replace(/^\[.*\]$/gm, noDots),
      );
      expect([unix_http_server, supervisord, supervisorctl].every((section) => section !== undefined)).toBe(
        true,
      );
      const programs = plan.members.map((member) => [noDots(`program:${member.service}`), sectionOf(member)]);
      expect(rest).toEqual({
        ...Object.fromEntries(programs),
        [noDots('rpcinterface:supervisor')]: {
          'supervisor.rpcinterface_factory': 'supervisor.rpcinterface:make_main_rpcinterface',
        },
      });
    }
  });

  it('is supervised by supervisord as planned', async () => {
    const folder = temporaryFolder();
    const all = bundles();
    for (const [index, [from]] of all.entries())
      copyFileSync(join(from, 'supervisord.conf'), join(folder, `${index}.conf`));
    const read = await readPrograms(
      folder,
      all.map((_, index) => `${index}.conf`),
    );
    expect(read).toEqual(all.map(([, plan]) => plan.members.map(programOf).sort(byName)));
  });
});
