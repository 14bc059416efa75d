/** A Compose project as Compose itself resolves it, twice: with values (to plan) and with expressions (to write). */
import type { Location } from '../problems.js';

/** A JSON value as it stands in a compose file. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Where a key of the project stands in the user's files: the deepest ancestor that was found. */
export type Locate = (path: readonly (string | number)[]) => Location | undefined;

export interface Service {
  readonly name: string;
  /** Every value resolved; literal `$` is single. May hold secrets: never written to a file. */
  readonly resolved: JsonObject;
  /** The same service with its `${…}` expressions, env files and `$$` as written: what may be written to a file. */
  readonly written: JsonObject;
}

export interface Project {
  readonly name: string;
  readonly directory: string;
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
  /** Those of the active profiles, by name. */
  readonly services: readonly Service[];
  /** Services of other profiles, as written. */
  readonly inactive: JsonObject;
  /** The top level without `services`, as written. */
  readonly written: JsonObject;
  /** The top level without `services`, resolved. */
  readonly resolved: JsonObject;
  /** Top-level keys of a service platform as the user wrote them, byte for byte: key → lines. */
  readonly platformBlocks: Readonly<Record<string, string>>;
  /** What Compose warned about, such as a variable that is not set. */
  readonly warnings: readonly string[];
  /** Places of values that are those of today although a variable stands for them: Compose keeps no expression there. */
  readonly decided: readonly (readonly (string | number)[])[];
  readonly locate: Locate;
}
