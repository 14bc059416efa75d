/** Which other compose files one makes Compose read: `include:`, and `extends: {file}` of its services. */
import { parseAllDocuments } from 'yaml';
import { asList, asObject, asText, asTexts, isObject } from './json.js';
import type { Json, JsonObject } from './project.js';

export interface FileReference {
  readonly kind: 'include' | 'extends';
  /** As written, expressions and all. */
  readonly paths: readonly string[];
  /** Of an `include` entry: where relative paths of the included files count from. */
  readonly projectDirectory?: string;
  readonly envFiles?: readonly string[];
}

/** Each once. Nothing for a text that is not YAML. For texts whose aliases have been checked: they are followed here. */
export function referencedFiles(text: string): readonly FileReference[] {
  // An escape could spell the keys.
  if (!/include|extends|\\[xuU]/.test(text)) return [];
  const references = documentsOf(text).flatMap((document) => [
    ...asList(document.include).map(included),
    ...Object.values(asObject(document.services)).flatMap((service) => extended(asObject(service))),
  ]);
  return [...new Map(references.map((reference) => [JSON.stringify(reference), reference])).values()];
}

function documentsOf(text: string): readonly JsonObject[] {
  try {
    const documents = parseAllDocuments(text, {
      logLevel: 'silent',
      strict: false,
      uniqueKeys: false,
      merge: true,
    });
    return [...documents].map((document) => asObject(document.toJS({ maxAliasCount: -1 }) as Json));
  } catch {
    return []; // an anchor within itself, for example: Compose refuses it with a word of its own
  }
}

function included(entry: Json): FileReference {
  if (!isObject(entry)) return { kind: 'include', paths: asTexts(entry) };
  const projectDirectory = asText(entry.project_directory);
  return {
    kind: 'include',
    paths: asTexts(entry.path),
    ...(projectDirectory === undefined ? {} : { projectDirectory }),
    envFiles: asTexts(entry.env_file),
  };
}

function extended(service: JsonObject): readonly FileReference[] {
  const paths = asTexts(asObject(service.extends).file);
  return paths.length === 0 ? [] : [{ kind: 'extends', paths }];
}
