/** What the live tests of the engine share: a real Engine, and small images that they build and remove. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import type { BuildEvent, BuildRequest } from '../../../src/engine/engine.js';

export const BASE = 'debian:trixie-slim';
export const engine = dockerEngine();

/** A name that no other run of the tests has. */
export function uniqueTag(): string {
  return `bundle-shared-test-${randomBytes(6).toString('hex')}:latest`;
}

export function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export function hasImage(reference: string): boolean {
  return docker('image', 'ls', '--quiet', reference).trim() !== '';
}

export function containersNamed(prefix: string): string[] {
  const names = docker('container', 'ls', '--all', '--format', '{{.Names}}').split('\n');
  return names.filter((name) => name.startsWith(prefix));
}

export function removeImage(reference: string): void {
  if (hasImage(reference)) docker('image', 'rm', '--force', reference);
}

export interface Recording {
  readonly events: BuildEvent[];
  readonly request: BuildRequest;
  readonly abort: () => void;
}

/** A build whose events are kept; `onEvent` sees them too, and may abort. */
export function record(
  dockerfile: readonly string[],
  tags: readonly string[],
  onEvent: (event: BuildEvent, abort: () => void) => void = () => undefined,
): Recording {
  const controller = new AbortController();
  const events: BuildEvent[] = [];
  const abort = () => controller.abort();
  const request: BuildRequest = {
    files: [{ path: 'Dockerfile', content: `${dockerfile.join('\n')}\n`, mode: 0o644 }],
    tags,
    signal: controller.signal,
    onEvent(event) {
      events.push(event);
      onEvent(event, abort);
    },
  };
  return { events, request, abort };
}
