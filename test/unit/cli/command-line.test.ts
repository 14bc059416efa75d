import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src/cli/command-line.js';
import { ProblemsError } from '../../../src/problems.js';

function refused(...argv: string[]): readonly string[] {
  try {
    parseCommandLine(argv);
  } catch (error) {
    if (error instanceof ProblemsError && error.fault === 'usage') {
      return error.problems.map(({ code, message, fix }) => `${code}: ${message} -> ${fix}`);
    }
    throw error;
  }
  return [];
}

describe('a command line', () => {
  test('builds when no command is named', () => {
    expect(parseCommandLine(['compose.yaml'])).toEqual({
      name: 'build',
      options: { files: ['compose.yaml'], target: 'compose', build: true, probe: true },
      json: false,
      progress: 'auto',
    });
    expect(parseCommandLine([])).toEqual({
      name: 'build',
      options: { files: [], target: 'compose', build: true, probe: true },
      json: false,
      progress: 'auto',
    });
  });

  test('takes every option of a build', () => {
    const words = `a.yaml -f b.yaml --file c.yaml --env-file 1.env --env-file 2.env --profile x -p name --project-directory /p
      --include a --include b --exclude c -t reg:5000/x:1 --base b:1 --platform linux/arm64 --pull --allow sys-admin
      --target compose --split --cell cpus=8,memory=32G,headroom=20% --strict -o out --templates tpl --push --metadata-file m.json --json --progress plain`;
    expect(parseCommandLine(words.split(/\s+/))).toEqual({
      name: 'build',
      options: {
        files: ['a.yaml', 'b.yaml', 'c.yaml'],
        envFiles: ['1.env', '2.env'],
        profiles: ['x'],
        projectName: 'name',
        projectDirectory: '/p',
        include: ['a', 'b'],
        exclude: ['c'],
        tag: 'reg:5000/x:1',
        base: 'b:1',
        platform: 'linux/arm64',
        probe: true,
        pull: true,
        allow: ['sys-admin'],
        split: true,
        target: 'compose',
        cell: { cpus: 8, memoryBytes: 32 * 1024 ** 3, headroom: 0.2 },
        strict: true,
        output: 'out',
        templates: 'tpl',
        build: true,
        push: true,
      },
      metadataFile: 'm.json',
      json: true,
      progress: 'plain',
    });
  });

  test('plans, verifies and inspects', () => {
    expect(parseCommandLine(['plan', '--json'])).toMatchObject({ name: 'plan', json: true });
    expect(parseCommandLine(['verify'])).toMatchObject({
      name: 'verify',
      folder: 'bundle',
      timeoutSeconds: 120,
      envFiles: [],
    });
    expect(parseCommandLine(['verify', 'out', '--timeout', '5', '--env-file', 'e'])).toMatchObject({
      folder: 'out',
      timeoutSeconds: 5,
      envFiles: ['e'],
    });
    expect(parseCommandLine(['inspect', 'shop:1'])).toMatchObject({ name: 'inspect', image: 'shop:1' });
  });

  test('shows help and version', () => {
    expect(parseCommandLine(['--version'])).toEqual({
      name: 'show',
      text: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(parseCommandLine(['plan', '--help'])).toMatchObject({
      text: expect.stringContaining('--project-directory'),
    });
  });

  test('is refused with a fix when it is wrong', () => {
    expect(refused('--fiel', 'x')).toEqual([`USAGE: unknown option '--fiel' -> did you mean --file?`]);
    expect(refused('-p')[0]).toContain('argument missing');
    expect(refused('a.yaml', 'b.yaml')[0]).toContain('too many arguments');
    expect(refused('plam', 'b.yaml')[0]).toContain('did you mean plan?');
    expect(refused('verify', '--timeout', '0')[0]).toContain('whole number of seconds');
    expect(refused('inspect')[0]).toContain("missing required argument 'image'");
    expect(refused('--allow', 'root')[0]).toContain('sys-admin');
    expect(refused('--cell', 'headroom=10%')[0]).toContain('cpus or memory');
    expect(refused('--cell', 'cpus=8,headroom=2')[0]).toContain('percentage');
    expect(refused('--cell', 'memory=lots')[0]).toContain('no amount of memory');
    expect(refused('--cell', 'disk=1')[0]).toContain('"disk"');
    expect(refused('--progress', 'loud')[0]).toContain('auto, tty, plain, json, quiet');
  });

  test('is refused when options contradict each other', () => {
    expect(
      refused('--no-build', '--push', '--metadata-file', 'm').map((text) => text.split(' ->')[0]),
    ).toEqual([
      'USAGE: --push needs the image that --no-build does not make',
      'USAGE: --metadata-file needs the image that --no-build does not make',
    ]);
  });
});
