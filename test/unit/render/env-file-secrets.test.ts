import { describe, expect, it } from 'vitest';
import { stackSecretName } from '../../../src/render/env-file-secrets.js';

/** As `docker stack deploy` replaces them. */
const deployed = (name: string, values: Readonly<Record<string, string>>) =>
  name.replace(/\$\{(\w+):-([^}]*)\}/g, (_, variable: string, other: string) => values[variable] ?? other);

describe('the secret of an env file in a swarm', () => {
  it('is named after the project, until the stack and a revision are said', () => {
    const name = stackSecretName('shop', 'bundle-env-api-0');
    expect(deployed(name, {})).toBe('shop-env-api-0-0');
    expect(deployed(name, { BUNDLE_STACK: 'alba', BUNDLE_REVISION: '7' })).toBe('alba-env-api-0-7');
  });

  it('leaves twelve characters to the revision, whatever the project and the service are called', () => {
    const long = 'x'.repeat(80);
    const name = deployed(stackSecretName(long, `bundle-env-${long}-0`), { BUNDLE_REVISION: 'f7cb46e00001' });
    expect(name).toMatch(/^[a-zA-Z0-9][\w.-]*[a-zA-Z0-9]$/);
    expect(name).toHaveLength(64);
  });

  it('is another one for each file', () => {
    const keys = ['-0', '-1', 'y-0'].map((end) => `bundle-env-${'x'.repeat(30)}${end}`);
    expect(new Set(keys.map((key) => stackSecretName('shop', key))).size).toBe(3);
  });
});
