/** The `x-bundle` extension of a service: what its user overrides. */
import * as v from 'valibot';
import type { Json } from '../compose/project.js';
import { nearest } from './nearest.js';

const seconds = v.pipe(v.number(), v.integer(), v.minValue(0));
const code = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535));

const entries = {
  dedicated: v.optional(v.boolean()),
  critical: v.optional(v.boolean()),
  autorestart: v.optional(v.union([v.boolean(), v.literal('unexpected')])),
  exitcodes: v.optional(v.array(code)),
  startsecs: v.optional(seconds),
  startretries: v.optional(seconds),
  stopsignal: v.optional(v.pipe(v.string(), v.regex(/^[A-Z0-9+-]+$/))),
  stopwaitsecs: v.optional(v.pipe(seconds, v.minValue(1))),
  priority: v.optional(v.pipe(v.number(), v.integer())),
  isolation: v.optional(v.picklist(['userns', 'sys-admin', 'chroot'])),
  allow: v.optional(v.picklist(['sys-admin'])),
  procfs: v.optional(v.picklist(['bind', 'own'])),
  ports: v.optional(v.array(port)),
  logs: v.optional(v.picklist(['prefix', 'raw'])),
};

/** Every key of `x-bundle`. */
export const OVERRIDE_KEYS: readonly string[] = Object.keys(entries);

const schema = v.strictObject(entries);

export type Overrides = v.InferOutput<typeof schema>;

/** What is wrong with one key of `x-bundle`. */
export interface OverrideIssue {
  readonly key: string;
  readonly what: string;
  readonly fix: string;
}

/** Reads `x-bundle` of a service; issues name the key, and the nearest known one for an unknown key. */
export function readOverrides(value: Json | undefined): {
  readonly overrides: Overrides;
  readonly issues: readonly OverrideIssue[];
} {
  if (value === undefined || value === null) return { overrides: {}, issues: [] };
  const result = v.safeParse(schema, value);
  if (result.success) return { overrides: result.output, issues: [] };
  return { overrides: {}, issues: result.issues.map(issueOf) };
}

function issueOf(issue: v.BaseIssue<unknown>): OverrideIssue {
  const key = String(issue.path?.[0]?.key ?? '');
  if (key === '') return { key, what: 'is not a map', fix: 'write x-bundle: {critical: true}' };
  if (key in entries)
    return {
      key,
      what: `"${key}" is ${issue.received}, not ${issue.expected ?? 'of its form'}`,
      fix: `see x-bundle.${key} in docs/x-bundle.md`,
    };
  const known = nearest(key, Object.keys(entries));
  return {
    key,
    what: `unknown key "${key}"`,
    fix:
      known === undefined
        ? `known keys: ${Object.keys(entries).sort().join(', ')}`
        : `did you mean "${known}"?`,
  };
}
