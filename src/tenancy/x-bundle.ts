/** The `x-bundle` extension of a service, of a group, of a network and of the project: what its user overrides. */
import * as v from 'valibot';
import type { Json } from '../compose/project.js';
import { nearest } from '../nearest.js';

const seconds = v.pipe(v.number(), v.integer(), v.minValue(0));
const code = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535));

/** Also the last word of the image's name, so its letters are those of both. */
const groupName = v.pipe(v.string(), v.regex(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/));

/** What a group and the project can set for all their services. */
const shared = {
  cell: v.optional(v.string()),
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
  logs: v.optional(v.picklist(['prefix', 'raw'])),
};

const ofService = {
  ...shared,
  dedicated: v.optional(v.boolean()),
  group: v.optional(groupName),
  ports: v.optional(v.array(port)),
};

const ofGroup = { ...shared, services: v.optional(v.array(v.string())), tag: v.optional(v.string()) };

const ofProject = {
  ...shared,
  dedicated: v.optional(v.boolean()),
  groups: v.optional(v.record(groupName, v.unknown())),
};

const ofNetwork = { trust: v.optional(v.pipe(v.string(), v.minLength(1))) };

const serviceSchema = v.strictObject(ofService);
const groupSchema = v.strictObject(ofGroup);
const networkSchema = v.strictObject(ofNetwork);
const projectSchema = v.strictObject(ofProject);

/** Every key of `x-bundle`, by where it stands. */
export const OVERRIDE_KEYS = {
  service: Object.keys(ofService),
  group: Object.keys(ofGroup),
  network: Object.keys(ofNetwork),
  project: Object.keys(ofProject),
} as const;

export type Overrides = v.InferOutput<typeof serviceSchema>;
export type GroupOverrides = v.InferOutput<typeof groupSchema>;
export type NetworkOverrides = v.InferOutput<typeof networkSchema>;
export type ProjectOverrides = v.InferOutput<typeof projectSchema>;

/** What is wrong with one key of `x-bundle`. */
export interface OverrideIssue {
  readonly key: string;
  readonly what: string;
  readonly fix: string;
}

export interface Read<T> {
  readonly overrides: T;
  readonly issues: readonly OverrideIssue[];
}

/** Issues name the key, and the nearest known one for an unknown key. */
export const readOverrides = (value: Json | undefined): Read<Overrides> =>
  read(serviceSchema, OVERRIDE_KEYS.service, value);

/** Reads an entry of `x-bundle.groups`. */
export const readGroup = (value: Json | undefined): Read<GroupOverrides> =>
  read(groupSchema, OVERRIDE_KEYS.group, value);

/** Reads `x-bundle` of a network. */
export const readNetwork = (value: Json | undefined): Read<NetworkOverrides> =>
  read(networkSchema, OVERRIDE_KEYS.network, value);

/** Reads `x-bundle` at the top level. */
export const readProjectOverrides = (value: Json | undefined): Read<ProjectOverrides> =>
  read(projectSchema, OVERRIDE_KEYS.project, value);

function read<T>(
  schema: v.GenericSchema<unknown, T>,
  known: readonly string[],
  value: Json | undefined,
): Read<T | Record<string, never>> {
  if (value === undefined || value === null) return { overrides: {}, issues: [] };
  const result = v.safeParse(schema, value);
  if (result.success) return { overrides: result.output, issues: [] };
  return { overrides: {}, issues: result.issues.map((issue) => issueOf(issue, known)) };
}

function issueOf(issue: v.BaseIssue<unknown>, known: readonly string[]): OverrideIssue {
  const key = String(issue.path?.[0]?.key ?? '');
  if (key === '') return { key, what: 'is not a map', fix: 'write x-bundle: {critical: true}' };
  if (key === 'group' || key === 'groups')
    return {
      key,
      what: `${issue.received} is no name of a group`,
      fix: 'use lower-case letters and digits, with single ., _ or - between them',
    };
  if (known.includes(key))
    return {
      key,
      what: `"${key}" is ${issue.received}, not ${issue.expected ?? 'of its form'}`,
      fix: `see x-bundle.${key} in docs/x-bundle.md`,
    };
  const near = nearest(key, known);
  return {
    key,
    what: `unknown key "${key}"`,
    fix: near === undefined ? `known keys: ${[...known].sort().join(', ')}` : `did you mean "${near}"?`,
  };
}
