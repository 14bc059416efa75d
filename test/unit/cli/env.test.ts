import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type EnvFormat, envText } from '../../../src/cli/env/env-text.js';
import type { PlannedBundle } from '../../../src/cli/read-folder.js';

const HOSTILE = 'a "b" \'c\' #d $(e) $HOME %f ; ünï \\';
const BUNDLE: PlannedBundle = {
  bundle: 'bundle',
  tag: 'shop:1',
  stopSeconds: 42,
  members: [
    {
      service: 'db',
      ports: [],
      variables: {
        DB__PASSWORD: '${PASSWORD:?\nset it}',
        DB__LITERAL: HOSTILE.replaceAll('$', '$$$$'),
        DB__LINES: 'one\ntwo',
        DB__PASSED: '${PASSED+=}${PASSED-}',
      },
      envFiles: [{ path: './db\nRUN.env', target: '/run/bundle/env/db/0' }],
    },
  ],
};

const text = (format: EnvFormat) => envText(BUNDLE, format);

describe('the variables of a bundle', () => {
  test('as an env file of docker run: literals as they are, names of what only the caller has', () => {
    const lines = text('docker').split('\n');
    expect(lines).toContain(`DB__LITERAL=${HOSTILE}`);
    expect(lines).toContain('BUNDLE_STOP_SECONDS=42');
    expect(lines).toContain('DB__PASSWORD');
    expect(lines).toContain('DB__LINES');
    const comments = lines.filter((line) => line.startsWith('#'));
    expect(comments).toContain('# mount the env file ./db\\nRUN.env at /run/bundle/env/db/0, read-only');
    expect(comments).toContain('# set it to ${PASSWORD:?\\nset it}');
    expect(lines.filter((line) => !/^(?:#.*|[A-Z_]+(?:=.*)?|)$/.test(line))).toEqual([]);
  });

  test('as a map of Compose: expressions stay expressions', () => {
    expect(parse(text('compose'))).toEqual({
      environment: {
        BUNDLE_STOP_SECONDS: '42',
        DB__LINES: 'one\ntwo',
        DB__LITERAL: HOSTILE.replaceAll('$', '$$$$'),
        DB__PASSED: '${PASSED+=}${PASSED-}',
        DB__PASSWORD: '${PASSWORD:?\nset it}',
      },
    });
  });

  test('as a list of Kubernetes: what only the caller has is a key of a secret', () => {
    const { env } = parse(text('k8s')) as { env: { name: string }[] };
    expect(env).toContainEqual({ name: 'DB__LITERAL', value: HOSTILE.replace('$(', '$$$$(') });
    const valueFrom = { secretKeyRef: { name: 'bundle', key: 'DB__PASSWORD' } };
    expect(env).toContainEqual({ name: 'DB__PASSWORD', valueFrom });
    expect(env.map(({ name }) => name)).toEqual([...env.map(({ name }) => name)].sort());
  });
});
