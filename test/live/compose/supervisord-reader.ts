/** supervisord's own parser, of the version that bundles have, as an oracle. */

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Member } from '../../../src/plan/plan.js';
import { temporaryFolder } from '../bundles.js';
import { docker } from '../docker.js';

/** What supervisord has to make of a member; signals that it has no name for are the runtime's to send. */
export function programOf({ service, program }: Member) {
  const { autorestart, exitcodes, startsecs, startretries, stopwaitsecs, priority } = program;
  return {
    name: service,
    command: `/usr/lib/bundle-shared/bin/bundle-launch ${service}`,
    autostart: false,
    autorestart,
    exitcodes,
    startsecs,
    startretries,
    stopsignal: nameOf(program.stopsignal),
    stopwaitsecs,
    priority,
  };
}

function nameOf(signal: string): string {
  const numbered = Object.entries(constants.signals).find(([, number]) => String(number) === signal)?.[0];
  return /^(?:SIG)?(\w+)$/.exec(numbered ?? signal)?.[1] ?? 'TERM';
}

/** As Python sorts. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** Each file of a folder, its programs by name. */
export async function readPrograms(folder: string, files: readonly string[]): Promise<unknown> {
  const context = temporaryFolder();
  copyFileSync('test/live/compose/parsers/read-conf.py', join(context, 'read-conf.py'));
  // The first step of every bundle, so that the Engine has it from other tests.
  const [install] = /^RUN \["sh".*$/m.exec(readFileSync('templates/Dockerfile.hbs', 'utf8')) ?? [''];
  writeFileSync(join(context, 'Dockerfile'), `FROM debian:trixie-slim\n${install}\nCOPY read-conf.py /\n`);
  const tag = `bundle-shared-test:parser-${process.pid}`;
  await docker(['build', '--quiet', '--tag', tag, context], { timeoutMs: 300_000 });
  const paths = files.map((file) => `/conf/${file}`);
  const run = ['run', '--rm', '--volume', `${folder}:/conf:ro`, tag, 'python3', '/read-conf.py', ...paths];
  try {
    return JSON.parse((await docker(run)).stdout);
  } finally {
    await docker(['image', 'rm', tag]);
  }
}
