/** Every row of the table is tried: accepted keys by a compose file of ours, refused and limited ones one by one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { asObject, isObject } from '../../../src/compose/json.js';
import type { Json, JsonObject } from '../../../src/compose/project.js';
import { findKeyProblems } from '../../../src/plan/find-key-problems.js';
import { PROJECT_KEYS } from '../../../src/plan/keys/project-keys.js';
import { SERVICE_KEYS } from '../../../src/plan/keys/service-keys.js';
import { SERVICE_SUB_KEYS } from '../../../src/plan/keys/service-sub-keys.js';
import { keysOfProject } from '../../compose-schema.js';

const ROWS = { ...SERVICE_KEYS, ...SERVICE_SUB_KEYS };
const FOLDERS = ['test/corpus', 'test/live', 'fixtures', 'examples'];
/** What Compose made of a fixture is no file of ours. */
const RECORDED = ['resolved.yaml', 'written.yaml', 'everything.yaml'];

function documents(): readonly JsonObject[] {
  const files = FOLDERS.flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && !RECORDED.includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/expected/'));
  return files.flatMap((file) =>
    [...parseAllDocuments(readFileSync(file, 'utf8'), { merge: true, logLevel: 'silent' })].map((document) =>
      asObject(document.toJS() as Json),
    ),
  );
}

/** Keys as the rows spell them: `*` where a row has a name of the user's. */
function keysOf(value: Json, path: string, rows: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item) => keysOf(item, path, rows));
  if (!isObject(value)) return [path];
  const isNamed = rows.some((row) => row.startsWith(`${path}.*.`));
  return [
    path,
    ...Object.entries(value).flatMap(([key, item]) => keysOf(item, `${path}.${isNamed ? '*' : key}`, rows)),
  ];
}

function used(objects: readonly JsonObject[], rows: readonly string[]): ReadonlySet<string> {
  return new Set(
    objects.flatMap((object) => Object.entries(object).flatMap(([key, value]) => keysOf(value, key, rows))),
  );
}

describe('the table of keys', () => {
  it('says nothing that no compose file of ours tries', () => {
    const services = documents().flatMap((document) => Object.values(asObject(document.services)));
    const tried = used(services.map(asObject), Object.keys(ROWS));
    const accepted = Object.entries(ROWS).filter(([, row]) => !['refused', 'limited'].includes(row.verdict));
    expect(accepted.map(([key]) => key).filter((key) => !tried.has(key))).toEqual([]);
  });

  it('says nothing of the top level that no compose file of ours tries, key by key of the specification', () => {
    const keys = keysOfProject();
    const tried = used(documents(), keys);
    expect([...keys, ...Object.keys(PROJECT_KEYS)].filter((key) => !tried.has(key))).toEqual([]);
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
