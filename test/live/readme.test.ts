/** What the README tells a user to type works, in a folder with the shop and nothing else of ours. */
import { exec } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discardFolders, temporaryFolder } from './bundles.js';
import { registry } from './registry.js';

const run = promisify(exec);
const README = readFileSync('README.md', 'utf8');
/** Ports of its own: other tests run the shop as well. */
const PORTS = { WEB_PORT: '28080', DB_PORT: '28432', CACHE_PORT: '28379' };

let folder: string;

beforeAll(async () => {
  folder = temporaryFolder();
  cpSync('examples/shop', folder, { recursive: true });
  rmSync(join(folder, 'bundle'), { recursive: true, force: true });
  const env = readFileSync(join(folder, '.env'), 'utf8').replace(/^(\w+_PORT)=.*$/gm, (line, name: string) =>
    name in PORTS ? `${name}=${PORTS[name as keyof typeof PORTS]}` : line,
  );
  writeFileSync(join(folder, '.env'), env);
  // As `npm install bundle-shared` leaves it: what the package holds, and nothing else of this folder.
  const { stdout: archive } = await run(`npm pack --silent --pack-destination ${folder}`, {
    timeout: 300_000,
  });
  await typed(`npm install --no-save --no-package-lock --no-audit ./${archive.trim().split('\n').at(-1)}`);
});

afterAll(async () => {
  await typed('docker compose -f bundle/compose.yaml down --volumes; docker image rm shop-bundle');
  discardFolders();
});

async function typed(command: string, cwd = folder): Promise<string> {
  const { stdout } = await run(command, { cwd, timeout: 600_000, maxBuffer: 1 << 26 });
  return stdout;
}

function block(language: string, after: string): string {
  const from = README.indexOf(`\`\`\`${language}\n`, README.indexOf(after));
  expect(from).toBeGreaterThan(0);
  const start = README.indexOf('\n', from) + 1;
  return README.slice(start, README.indexOf('\n```', start));
}

/** What stands behind `$`, without its comment; `npm` commands are those of a clone, not of a user's project. */
function commandsOf(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('$ ') && !line.startsWith('$ npm '))
    .map((line) => line.slice(2).replace(/ +# .*$/, ''));
}

it('the commands of the first example run one after the other, and show every member at work', async () => {
  const commands = commandsOf(block('console', '# bundle-shared'));
  expect(commands.length).toBeGreaterThanOrEqual(5);
  let shown = '';
  for (const command of commands) shown = await typed(command);
  const rows = shown.trim().split('\n');
  const columns = block('console', '# bundle-shared')
    .split('\n')
    .find((line) => line.startsWith('MEMBER'));
  expect(rows[0]?.split(/\s+/)).toEqual(columns?.split(/\s+/));
  expect(rows.slice(1).map((row) => row.split(/\s+/).slice(0, 2).join(' '))).toEqual([
    'cache running',
    'db running',
    'migrate rest',
    'api running',
    'web running',
    'worker running',
  ]);
});

/** What the second column tells to type, with something to do in place of what it leaves open. */
function dayTwo(): readonly string[] {
  const rows = readFileSync('docs/day-two.md', 'utf8').match(/^\| .*$/gm) ?? [];
  const cells = rows.map((row) => row.split(' | ').at(-1) ?? '');
  return cells
    .flatMap((cell) => [...cell.matchAll(/`(docker [^`]+)`/g)].map(([, command = '']) => command))
    .map((command) =>
      command
        .replace('pg_dump …', 'pg_dump --version')
        .replace('…', 'id')
        .replace('/srv/api/file', '/srv/api/etc/hostname')
        .replace('\\|', '|'),
    );
}

/** One that waits for a person gets a terminal, or an end as soon as it has shown a line of its last member. */
function asByHand(command: string): string {
  if (command.includes(' -it ')) return `echo 'tty; exit' | script -qec '${command}' /dev/null`;
  if (!command.includes(' -f ')) return command;
  const last = command.split(' ').at(-1);
  return `timeout 120 bash -c 'exec 3< <(${command}); grep -m 1 "^${last} " <&3; kill $!'`;
}

/** The first that fits a command says what it shows. */
const SHOWS: readonly (readonly [command: RegExp, shown: RegExp])[] = [
  [/docker cp| exec -d /, /^$/],
  [/ -it /, /\/dev\/pts\/\d/],
  [/ --since /, /^api +\| /],
  [/ --tail 20 /, /^web +\| /m],
  [/bundle-status --json api/, /^\[\{"member": "api", .*\}\]\n$/],
  [/ -u root /, /^uid=0\(root\)/],
  [/ restart |^docker inspect/, /shop-bundle-1/],
  [/./, /\S/],
];

it('what the page of day two tells to type does what Compose did, line by line', async () => {
  const commands = dayTwo();
  expect(commands.length).toBeGreaterThanOrEqual(17);
  for (const command of commands) {
    const shown = await typed(asByHand(command));
    expect(shown, command).toMatch(SHOWS.find(([pattern]) => pattern.test(command))?.[1] ?? /^$/);
    await typed('docker compose -f bundle/compose.yaml up --wait -d');
  }
});

it('the program of the TypeScript example builds the bundle', async () => {
  writeFileSync(join(folder, 'example.mjs'), block('ts', '## From TypeScript'));
  const { stderr } = await run('node example.mjs', { cwd: folder, timeout: 600_000 });
  expect(stderr).not.toMatch(/^[A-Z]+_[A-Z_]+ /m);
  expect(stderr).toMatch(/exporting to image/);
});

it('the step of the CI example builds, pushes and names what it pushed', async () => {
  const step = /^ +- run: (npx .*)$/m.exec(block('yaml', '## In CI'))?.[1] ?? '';
  const address = await registry();
  const tag = `${address}/shop:0123abc`;
  const command = step.replace('registry.example.com/shop:${{ github.sha }}', tag);
  expect(command).toMatch(/^npx bundle-shared compose\.yaml .*--push/);
  expect(command).not.toMatch(/example\.com|\$/);
  // A checkout of a smaller project: it is pushed whole.
  const checkout = join(folder, 'checkout');
  cpSync('test/live/projects/ending', checkout, { recursive: true });
  await typed(command, checkout);
  const metadata = JSON.parse(readFileSync(join(checkout, 'bundle.json'), 'utf8'));
  await typed(`docker image rm ${tag}`);
  const pushed = `http://${address}/v2/shop/manifests/${metadata['containerimage.digest']}`;
  const kinds = ['docker.distribution.manifest.v2', 'oci.image.manifest.v1', 'oci.image.index.v1'];
  const headers = { accept: kinds.map((kind) => `application/vnd.${kind}+json`).join(', ') };
  expect((await fetch(pushed, { method: 'HEAD', headers })).status).toBe(200);
});
