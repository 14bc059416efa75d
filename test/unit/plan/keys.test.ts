/** The tables of keys, held against the schema of the Compose Specification (the copy in the package dclint). */
import { describe, expect, it } from 'vitest';
import { PROJECT_KEYS } from '../../../src/plan/keys/project-keys.js';
import { SERVICE_KEYS } from '../../../src/plan/keys/service-keys.js';
import { SERVICE_SUB_KEYS } from '../../../src/plan/keys/service-sub-keys.js';
import type { Verdict } from '../../../src/plan/keys/verdict.js';
import { keysOfProject, keysOfServices, SERVICE_KEY_NAMES } from '../../compose-schema.js';

/** A row of its own, or that of a key above it which is decided as a whole. */
function hasRow(key: string, rows: Readonly<Record<string, Verdict>>): boolean {
  if (rows[key] !== undefined) return true;
  const above = key.split('.').slice(0, -1);
  const nearest = above
    .map((_, index) => above.slice(0, above.length - index).join('.'))
    .find((name) => rows[name] !== undefined);
  if (nearest === undefined) return false;
  const isWhole = !Object.keys(rows).some((name) => name.startsWith(`${nearest}.`));
  return isWhole || ['refused', 'before'].includes(rows[nearest]?.verdict ?? '');
}

describe('the table of keys', () => {
  it('has a row for every key of a service in the Compose Specification, and for no other', () => {
    expect(Object.keys(SERVICE_KEYS).sort()).toEqual(SERVICE_KEY_NAMES.toSorted());
    expect(SERVICE_KEY_NAMES).toHaveLength(92);
  });

  it('has a row for every key below those of a service, and for no other', () => {
    const keys = keysOfServices();
    const rows = { ...SERVICE_KEYS, ...SERVICE_SUB_KEYS };
    expect(keys.filter((key) => !hasRow(key, rows))).toEqual([]);
    expect(Object.keys(SERVICE_SUB_KEYS).filter((key) => !keys.includes(key))).toEqual([]);
    expect(keys.length).toBeGreaterThan(150);
  });

  it('has a row for every key of the project', () => {
    const all = keysOfProject();
    const withTop = (key: string) => PROJECT_KEYS[key] ?? PROJECT_KEYS[key.split('.')[0] ?? ''];
    expect(all.filter((key) => withTop(key) === undefined)).toEqual([]);
    expect(Object.keys(PROJECT_KEYS).filter((key) => ![...all, 'services'].includes(key))).toEqual([]);
  });

  it('tells for every refused key why, and for every limited one what to do', () => {
    const rows = Object.values({ ...SERVICE_KEYS, ...SERVICE_SUB_KEYS });
    expect(rows.filter(({ how }) => how.length < 8)).toEqual([]);
    expect(rows.filter(({ verdict, fix }) => verdict === 'limited' && !fix)).toEqual([]);
  });
});
