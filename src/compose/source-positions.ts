/** Where keys stand in the user's own files, for messages. */
import { posix } from 'node:path';
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLMap,
} from 'yaml';
import type { Location } from '../problems.js';
import { oncePer } from './once-per.js';
import type { Locate } from './project.js';

export interface SourceFile {
  /** As messages shall name it. */
  readonly file: string;
  readonly text: string;
}

interface Source {
  readonly file: string;
  readonly root: Node | null;
  readonly lines: LineCounter;
  /** Nodes by their anchor, in order: a name may be given again. */
  readonly anchors: ReadonlyMap<string, readonly Node[]>;
}

interface Found {
  readonly depth: number;
  readonly node: unknown;
  readonly location: Location;
}

interface Step {
  readonly node: unknown;
  readonly offset: number;
}

type Path = readonly (string | number)[];

export interface Positions {
  /** Of the deepest known ancestor of a path; a later file wins over an earlier one, as in Compose's merge. */
  readonly locate: Locate;
  /** Whether a file has the key itself. */
  readonly isWritten: (path: Path) => boolean;
}

export function positionsIn(files: readonly SourceFile[]): Positions {
  let parsed: readonly Source[] | undefined;
  const find = (path: Path) => {
    // Only a problem needs positions: most projects are never parsed for them.
    parsed ??= files.flatMap(parseSource);
    return deepest(parsed, parsed, path, new Set());
  };
  return {
    locate: (path) => find(path)?.location,
    isWritten: (path) => find(path)?.depth === path.length,
  };
}

function deepest(
  all: readonly Source[],
  among: readonly Source[],
  path: Path,
  seen: Set<string>,
): Found | undefined {
  let best: Found | undefined;
  for (const source of among) {
    const found = findInSource(source, path);
    if (found === undefined) continue;
    const inherited = found.depth === 2 && path.length > 2 ? extended(all, source, path, seen) : undefined;
    const deeper = inherited ?? found;
    if (deeper.depth >= (best?.depth ?? 0)) best = deeper;
  }
  return best;
}

/** A key of a service that stands in the one that it extends; `seen`: those looked at, each once, so that a loop ends. */
function extended(all: readonly Source[], source: Source, path: Path, seen: Set<string>): Found | undefined {
  const [section, service = '', ...rest] = path;
  const base = findInSource(source, ['services', service, 'extends']);
  if (section !== 'services' || base?.depth !== 3) return undefined;
  const text = (key: string) => {
    const node = childOf(source, base.node, key)?.node;
    return isScalar(node) ? String(node.value) : undefined;
  };
  const name = isScalar(base.node) ? String(base.node.value) : text('service');
  const file = text('file');
  const wanted = file === undefined ? source.file : posix.join(posix.dirname(source.file), file);
  const place = posix.normalize(wanted);
  if (seen.has(`${place}\0${name}`)) return undefined;
  seen.add(`${place}\0${name}`);
  const among = all.filter((other) => posix.normalize(other.file) === place);
  const found = deepest(all, among, ['services', name ?? '', ...rest], seen);
  return found !== undefined && found.depth > 2 ? found : undefined;
}

/** Each document of a file counts as a file of its own, as Compose merges them. */
function parseSource({ file, text }: SourceFile): readonly Source[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    merge: true,
    logLevel: 'silent',
    strict: false,
  });
  return [...documents].map((document) => {
    const root = document.contents as Node | null;
    return { file, root, lines, anchors: anchorsOf(document as Document) };
  });
}

function anchorsOf(document: Document): ReadonlyMap<string, readonly Node[]> {
  const anchors = new Map<string, Node[]>();
  visit(document, {
    Node(_, node) {
      if (!('anchor' in node) || !node.anchor) return;
      const same = anchors.get(node.anchor);
      if (same === undefined) anchors.set(node.anchor, [node]);
      else same.push(node);
    },
  });
  return anchors;
}

function findInSource(source: Source, path: Path): Found | undefined {
  let node: unknown = source.root;
  let offset: number | undefined;
  let depth = 0;
  for (const part of path) {
    const step = childOf(source, node, part);
    if (step === undefined) break;
    offset = step.offset;
    node = step.node;
    depth += 1;
  }
  if (offset === undefined) return undefined;
  const { line, col } = source.lines.linePos(offset);
  return { depth, node, location: { file: source.file, line, column: col } };
}

function childOf(source: Source, parent: unknown, part: string | number): Step | undefined {
  const node = isAlias(parent) ? aliased(source, parent) : parent;
  if (isMap(node)) {
    const pair = keysOf(node).get(String(part));
    const key = pair?.key;
    return isScalar(key) && key.range
      ? { node: pair?.value, offset: key.range[0] }
      : merged(source, node, part);
  }
  if (isSeq(node)) {
    const item = typeof part === 'number' ? node.items[part] : itemNamed(node.items, part);
    const range = (item as Node | undefined)?.range;
    return range ? { node: item, offset: range[0] } : undefined;
  }
  return undefined;
}

/** Entries of a map by their key, the first of each; once per map, for a thousand services ask for each other's. */
const keysOf = oncePer((map: YAMLMap): ReadonlyMap<string, Pair> => {
  const entries = new Map<string, Pair>();
  for (const item of map.items) {
    if (isScalar(item.key) && !entries.has(String(item.key.value))) entries.set(String(item.key.value), item);
  }
  return entries;
});

/** `<<: *defaults`, or a list of such: the first that has the key. */
function merged(source: Source, map: YAMLMap, part: string | number): Step | undefined {
  const values = map.items.flatMap(({ key, value }) => (isScalar(key) && key.source === '<<' ? [value] : []));
  for (const value of values.flatMap((value): readonly unknown[] => (isSeq(value) ? value.items : [value]))) {
    const found = childOf(source, value, part);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The anchor of that name which stands nearest before the alias; not one around it, so that none leads to itself. */
function aliased({ anchors }: Source, alias: Alias): Node | undefined {
  const at = alias.range?.[0] ?? 0;
  return anchors.get(alias.source)?.findLast(({ range }) => range != null && range[2] <= at);
}

/** `environment: [KEY=value]`: an entry of a list that stands for a map. */
function itemNamed(items: readonly unknown[], key: string): unknown {
  return items.find((item) => isScalar(item) && String(item.value).split('=')[0] === key);
}
