/** Where keys stand in the user's own files, for messages. */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Location } from '../problems.js';
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
}

interface Found {
  readonly depth: number;
  readonly location: Location;
}

/** Finds the deepest known ancestor of a path; a later file wins over an earlier one, as in Compose's merge. */
export function locateIn(files: readonly SourceFile[]): Locate {
  let parsed: readonly Source[] | undefined;
  return (path) => {
    // Only a problem needs positions: most projects are never parsed for them.
    parsed ??= files.flatMap(parseSource);
    let best: Found | undefined;
    for (const source of parsed) {
      const found = findInSource(source, path);
      if (found !== undefined && found.depth >= (best?.depth ?? 0)) best = found;
    }
    return best?.location;
  };
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
  return [...documents].map(({ contents }) => ({ file, root: contents as Node | null, lines }));
}

function findInSource(source: Source, path: readonly (string | number)[]): Found | undefined {
  let node: unknown = source.root;
  let offset: number | undefined;
  let depth = 0;
  for (const part of path) {
    const step = childOf(node, part);
    if (step === undefined) break;
    offset = step.offset;
    node = step.node;
    depth += 1;
  }
  if (offset === undefined) return undefined;
  const { line, col } = source.lines.linePos(offset);
  return { depth, location: { file: source.file, line, column: col } };
}

function childOf(node: unknown, part: string | number): { node: unknown; offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
    const key = pair?.key;
    return isScalar(key) && key.range ? { node: pair?.value, offset: key.range[0] } : undefined;
  }
  if (isSeq(node)) {
    const item = typeof part === 'number' ? node.items[part] : itemNamed(node.items, part);
    const range = (item as Node | undefined)?.range;
    return range ? { node: item, offset: range[0] } : undefined;
  }
  return undefined;
}

/** `environment: [KEY=value]`: an entry of a list that stands for a map. */
function itemNamed(items: readonly unknown[], key: string): unknown {
  return items.find((item) => isScalar(item) && String(item.value).split('=')[0] === key);
}
