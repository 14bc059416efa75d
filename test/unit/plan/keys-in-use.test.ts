/** Every row of the table is tried: accepted keys by a compose file of ours, refused and limited ones one by one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { asObject, isObject } from '../../../src/compose/json.js';
import type { Json } from '../../../src/compose/project.js';
import { findKeyProblems } from '../../../src/plan/find-key-problems.js';
import { SERVICE_KEYS } from '../../../src/plan/keys/service-keys.js';
import { SERVICE_SUB_KEYS } from '../../../src/plan/keys/service-sub-keys.js';

const ROWS = { ...SERVICE_KEYS, ...SERVICE_SUB_KEYS };

function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^compose.*\.yaml$|^web\.yaml$|^stores\.yaml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/expected/'));
}

/** Keys as the rows spell them: `*` where a row has a name of the user's. */
function keysOf(value: Json, path: string): readonly string[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item) => keysOf(item, path));
  if (!isObject(value)) return [path];
  const named = Object.keys(ROWS).some((key) => key.startsWith(`${path}.*.`));
  return [
    path,
    ...Object.entries(value).flatMap(([key, item]) => keysOf(item, `${path}.${named ? '*' : key}`)),
  ];
}

function used(folders: readonly string[]): ReadonlySet<string> {
  const services = folders
    .flatMap(files)
    .flatMap((file) =>
      [...parseAllDocuments(readFileSync(file, 'utf8'), { merge: true, logLevel: 'silent' })].flatMap(
        (document) => Object.values(asObject(asObject(document.toJS() as Json).services)),
      ),
    );
  return new Set(
    services.flatMap((service) =>
      Object.entries(asObject(service)).flatMap(([key, value]) => keysOf(value, key)),
    ),
  );
}

describe('the table of keys', () => {
  it('says nothing that no compose file of ours tries', () => {
    const tried = used(['test/corpus', 'test/live', 'fixtures', 'examples']);
    const accepted = Object.entries(ROWS).filter(([, row]) => !['refused', 'limited'].includes(row.verdict));
    expect(accepted.map(([key]) => key).filter((key) => !tried.has(key))).toEqual([]);
  });

  it.each(Object.entries(ROWS).filter(([, row]) => ['refused', 'limited'].includes(row.verdict)))(
    'has a word for %s, which says why',
    (key, row) => {
      const value = key
        .split('.')
        .reduceRight<Json>((inner, part) => ({ [part === '*' ? 'name' : part]: inner }), 'x');
      const service = { name: 'a', resolved: asObject(value), written: asObject(value) };
      const [problem, ...more] = findKeyProblems(service, () => undefined);
      expect(more).toEqual([]);
      expect(problem?.code).toBe(row.verdict === 'refused' ? 'KEY_REFUSED' : 'KEY_LIMITED');
      expect(problem?.message).toContain(`"${key.replace('*', 'name')}"`);
      expect(problem?.why).toBe(row.how);
    },
  );
});
