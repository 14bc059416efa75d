/** References from one service to others keep their meaning when members become a bundle. */
import { asObject, asText, asTexts } from '../compose/json.js';
import type { Json, JsonObject } from '../compose/project.js';

/** Member → key of its bundle. */
export type BundleOf = ReadonlyMap<string, string>;

/** What references to members become. */
export interface Places {
  readonly bundleOf: BundleOf;
  /** Bundles that end with their work done. */
  readonly completing: ReadonlySet<string>;
  /** Members that start after their bundle. */
  readonly late: ReadonlySet<string>;
}

/**
 * Waiting for a completed or healthy member is waiting for a healthy bundle, whose health includes both, and so is
 * waiting for the start of one that starts late; a bundle that ends is waited for to its end, for Compose takes an ended
 * container for unhealthy. `resolved`: the same with values; where a bundle is waited for, a variable is decided.
 */
export function rewriteDependsOn(
  written: JsonObject,
  { bundleOf, completing, late }: Places,
  resolved: JsonObject = written,
): JsonObject {
  const rewritten = new Map<string, JsonObject>();
  for (const [name, value] of Object.entries(written)) {
    const bundle = bundleOf.get(name);
    const wait =
      bundle === undefined
        ? asObject(value)
        : waitForBundle(asObject(resolved[name] ?? value), completing.has(bundle), late.has(name));
    rewritten.set(bundle ?? name, stricter(rewritten.get(bundle ?? name), wait));
  }
  return Object.fromEntries(rewritten);
}

function waitForBundle(
  { condition, required, restart }: JsonObject,
  ends: boolean,
  isLate: boolean,
): JsonObject {
  const isStarted = (condition === undefined || condition === 'service_started') && !isLate;
  const isCompleted = ends && (condition === 'service_completed_successfully' || isLate);
  const ready = isCompleted ? 'service_completed_successfully' : 'service_healthy';
  return {
    condition: isStarted ? 'service_started' : ready,
    required: required !== false,
    ...(restart === true ? { restart } : {}),
  };
}

/**
 * Waits of a service as written, with those for late members that Compose reads from other keys (links, network_mode,
 * volumes_from): it would read the start of the bundle there.
 */
export function withImplied(
  written: JsonObject,
  resolved: JsonObject,
  { late }: Pick<Places, 'late'>,
): JsonObject {
  const implied = Object.entries(resolved).filter(
    ([name]) => late.has(name) && !Object.hasOwn(written, name),
  );
  return { ...written, ...Object.fromEntries(implied) };
}

const STRICTNESS = ['service_started', 'service_healthy', 'service_completed_successfully'];

/** Both waits in one; the first may be absent. */
export function stricter(known: JsonObject | undefined, other: JsonObject): JsonObject {
  if (known === undefined) return other;
  const rank = (value: JsonObject) => STRICTNESS.indexOf(asText(value.condition) ?? '');
  return {
    ...(rank(other) > rank(known) ? other : known),
    required: known.required !== false || other.required !== false,
    ...(known.restart === true || other.restart === true ? { restart: true } : {}),
  };
}

/** A link to a member keeps its alias, and points to the member's bundle. */
export function rewriteLinks(written: Json | undefined, bundleOf: BundleOf): readonly string[] {
  return asTexts(written).map((link) => {
    const [name = '', alias] = link.split(':');
    const bundle = bundleOf.get(name);
    return bundle === undefined ? link : `${bundle}:${alias ?? name}`;
  });
}

/** `service:NAME`, where NAME may be a member. */
export function rewriteService(
  value: Json | undefined,
  toBundle: (name: string) => string,
): Json | undefined {
  const text = asText(value);
  return text?.startsWith('service:') ? `service:${toBundle(text.slice('service:'.length))}` : value;
}
