import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { BundleResult } from '../../../src/bundle-options.js';
import { main } from '../../../src/cli/main.js';
import type { Parts } from '../../../src/cli/session.js';
import type { Engine } from '../../../src/engine/engine.js';
import { type Problem, ProblemsError } from '../../../src/problems.js';
import { fakeMember, fakePlan } from './fake-plan.js';
import { type FakeStreams, fakeStreams } from './fake-streams.js';

const CLASH: Problem = {
  code: 'PORT_CLASH',
  severity: 'error',
  message: 'services "web" and "admin" both listen on port 80',
  location: { file: 'compose.yaml', line: 14, column: 9 },
  why: 'a bundle has one network, so a port can have one owner',
  fix: 'give "admin" another port',
};
const WARNING: Problem = { code: 'NOTE', severity: 'warning', message: 'something', fix: 'look' };
const RESULT: BundleResult = {
  plan: fakePlan([fakeMember('api')]),
  warnings: [WARNING],
  output: join(process.cwd(), 'bundle'),
  bundles: [{ bundle: 'bundle', tag: 'shop-bundle:latest', imageId: 'sha256:1' }],
};

function parts(changes: Partial<Parts> & { labels?: Record<string, string> } = {}): Parts {
  const { labels, ...rest } = changes;
  const engine: Partial<Engine> = { imageLabels: async () => labels };
  return {
    createEngine: () => engine as Engine,
    makeBundle: async () => RESULT,
    planBundle: async () => RESULT,
    ...rest,
  };
}

const failing = (error: unknown): Partial<Parts> => ({
  makeBundle: async () => {
    throw error;
  },
});

async function run(
  argv: string,
  changes?: Parameters<typeof parts>[0],
  streams: FakeStreams = fakeStreams(),
) {
  const code = await main(argv.split(' '), streams, parts(changes));
  return { code, out: streams.out(), err: streams.err() };
}

describe('the exit code', () => {
  test.each([
    ['input', 1],
    ['usage', 2],
    ['docker', 3],
    ['interrupted', 130],
  ] as const)('after fault %s is %i', async (fault, code) => {
    expect((await run('x.yaml', failing(new ProblemsError(fault, [CLASH])))).code).toBe(code);
  });

  test('is 0 after success and 2 after a wrong option', async () => {
    expect((await run('x.yaml')).code).toBe(0);
    expect((await run('--nope')).code).toBe(2);
  });

  test('is 130 when the user interrupts, whatever breaks because of it', async () => {
    const makeBundle: Parts['makeBundle'] = async (_, { signal }) => {
      process.emit('SIGINT');
      signal?.throwIfAborted();
      return RESULT;
    };
    const { code, err } = await run('x.yaml', { makeBundle });
    expect(code).toBe(130);
    expect(err).toContain('INTERRUPTED');
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  test('is 70 after a bug, with the stack and where to report it', async () => {
    const { code, err } = await run('x.yaml', failing(new TypeError('oops')));
    expect(code).toBe(70);
    expect(err).toContain('TypeError: oops');
    expect(err).toContain('main.test.ts');
    expect(err).toContain('Please report it');
  });
});

describe('problems', () => {
  test('are printed with place, why and fix, and the end of the log', async () => {
    const { out, err } = await run(
      'x.yaml',
      failing(new ProblemsError('input', [CLASH, WARNING], ['last words'])),
    );
    expect(out).toBe('');
    expect(err).toBe(`error PORT_CLASH: services "web" and "admin" both listen on port 80
  compose.yaml:14:9
  why: a bundle has one network, so a port can have one owner
  fix: give "admin" another port
warning NOTE: something
  fix: look
  | last words
`);
  });

  test('are data on stdout with --json', async () => {
    const { out } = await run('--json', failing(new ProblemsError('input', [CLASH])));
    expect(JSON.parse(out)).toEqual({ fault: 'input', problems: [CLASH], log: [] });
  });

  test('have colours on a terminal only, and not with NO_COLOR', async () => {
    const error = failing(new ProblemsError('input', [CLASH]));
    const red = '\u001b[31merror PORT_CLASH\u001b[0m:';
    expect((await run('--progress quiet', error, fakeStreams({ isTTY: true }))).err).toContain(red);
    const plain = fakeStreams({ isTTY: true, env: { NO_COLOR: '1' } });
    expect((await run('--progress quiet', error, plain)).err).not.toContain('\u001b');
  });
});

describe('build', () => {
  test('prints its result on stdout, and warnings and what to type on stderr', async () => {
    const { out, err } = await run("-f a.yaml --env-file it's.env");
    expect(out).toBe(`image   shop-bundle:latest\nid      sha256:1\noutput  ${RESULT.output}\n`);
    expect(err).toBe(`warning NOTE: something
  fix: look

to run it in place of the separate containers:
  docker compose -f a.yaml --env-file 'it'\\''s.env' down
  docker compose -f bundle/compose.yaml --env-file 'it'\\''s.env' up -d --wait
`);
  });

  test('names profiles in both commands, for services that stay alone', async () => {
    const { err } = await run('-f a.yaml --profile debug');
    expect(err).toContain('\n  docker compose -f a.yaml --profile debug down\n');
    expect(err).toContain('\n  docker compose -f bundle/compose.yaml --profile debug up -d --wait\n');
  });

  test('names the project in both commands, which COMPOSE_PROJECT_NAME would name otherwise', async () => {
    const { err } = await run('-f a.yaml -p other --project-directory sub');
    expect(err).toContain('\n  docker compose -f a.yaml -p other --project-directory sub down\n');
    expect(err).toContain('\n  docker compose -f bundle/compose.yaml -p other up -d --wait\n');
  });

  test('says how a stack is deployed where a swarm is the target', async () => {
    const { err } = await run('-f a.yaml --target swarm');
    expect(err).toContain('\n  docker stack deploy --compose-file bundle/stack.yaml shop\n');
    expect(err).not.toContain('docker compose');
  });

  test('prints one JSON document with --json', async () => {
    expect(JSON.parse((await run('--json')).out)).toEqual(RESULT);
  });

  async function metadataOf(bundles: BundleResult['bundles']): Promise<unknown> {
    const folder = await mkdtemp(join(tmpdir(), 'eng-metadata-'));
    try {
      await run(`--metadata-file ${folder}/m.json`, { makeBundle: async () => ({ ...RESULT, bundles }) });
      expect(await readdir(folder)).toEqual(['m.json']);
      return JSON.parse(await readFile(join(folder, 'm.json'), 'utf8'));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test('writes the metadata of buildx, and nothing beside it', async () => {
    const one = { bundle: 'bundle', tag: 'shop-bundle:latest', imageId: 'sha256:1', digest: 'sha256:2' };
    const metadata = {
      'containerimage.config.digest': 'sha256:1',
      'containerimage.digest': 'sha256:2',
      'image.name': 'shop-bundle:latest',
    };
    expect(await metadataOf([one])).toEqual(metadata);
    expect(Object.entries((await metadataOf([one, { ...one, bundle: 'other' }])) as object)).toEqual([
      ['bundle', metadata],
      ['other', metadata],
    ]);
  });

  test.each([
    ['/nope/m.json', 'METADATA_FOLDER_MISSING'],
    ['package.json/m.json', 'METADATA_FOLDER_MISSING'],
    ['test', 'METADATA_UNWRITABLE'],
  ])('refuses a metadata file %s before it builds', async (file, problem) => {
    const { code, err } = await run(`--metadata-file ${file}`, failing(new Error('built')));
    expect(code).toBe(2);
    expect(err).toContain(problem);
  });

  test('goes on when nobody reads what it prints', async () => {
    const closed = () =>
      new Writable({
        write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
      });
    const streams = { stdout: closed(), stderr: closed(), env: {} };
    expect(await main(['x.yaml'], streams, parts())).toBe(0);
    await setImmediate();
  });
});

describe('inspect', () => {
  const members = [
    { service: 'api', image: 'api:1', id: `sha256:${'b'.repeat(64)}`, ports: ['3000/tcp'], volumes: [] },
  ];
  const labels = {
    'io.github.bundle-shared.inventory': JSON.stringify({ version: 1, project: 'shop', members }),
  };

  test('prints the inventory of a bundle', async () => {
    expect((await run('inspect shop:1', { labels })).out).toBe(`project shop

MEMBER  IMAGE  DIGEST                       PORTS     VOLUMES
api     api:1  sha256:bbbbbbbbbbbb (local)  3000/tcp  -
`);
    expect(JSON.parse((await run('inspect shop:1 --json', { labels })).out)).toMatchObject({
      project: 'shop',
      members,
    });
  });

  test('prints nothing of a label that would steer the terminal', async () => {
    const steering = {
      version: 1,
      project: 'sh\u001b[2Jop',
      members: [{ ...members[0], image: 'a\u009bpi' }],
    };
    const own = { 'io.github.bundle-shared.inventory': JSON.stringify(steering) };
    expect((await run('inspect shop:1', { labels: own })).out).toMatch(
      /^project shop\n[\s\S]*^api +api +sha256/m,
    );
  });

  test('says when the image is unknown, or no bundle', async () => {
    expect((await run('inspect x')).err).toContain('IMAGE_UNKNOWN');
    const { code, err } = await run('inspect x', { labels: { a: 'b' } });
    expect([code, err.split(':')[0]]).toEqual([1, 'error NOT_A_BUNDLE']);
  });
});
