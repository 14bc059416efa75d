/** Compose files that would exhaust Compose itself, found before it reads them. */
import { isAlias, isCollection, isNode, isPair, type Node, type Pair, parseAllDocuments } from 'yaml';
import type { Problem } from '../problems.js';
import type { SourceFile } from './source-positions.js';
import { sourceProblems } from './source-problems.js';

/** Maps count twice, for their pairs. No project is that deep, and the recursion of every parser is safe far beyond. */
const MAX_DEPTH = 400;
/**
 * Nodes that aliases stand for, beyond those of the file. Compose 2.40 takes 3 s and 400 MB for so many (measured); three
 * thousand services that share thirty variables have fewer.
 */
const MAX_REPEATED = 300_000;
/** What no project has; within a text of ten megabytes Compose is linear. */
const MAX_LENGTH = 1 << 25;
const FEW_ALIASES = 12;

/** Nothing for ordinary files, which are not even parsed for this. */
export function findHostileSource({ file, text }: SourceFile): readonly Problem[] {
  if (text.length > MAX_LENGTH) return [sourceProblems.FILE_TOO_LARGE(file, MAX_LENGTH >> 20)];
  if (!isSuspect(text)) return [];
  try {
    const documents = parseAllDocuments(text, { logLevel: 'silent', strict: false, uniqueKeys: false });
    const repeated = [...documents].reduce(
      (sum, { contents }) => sum + repeatedIn(contents as Node | null),
      0,
    );
    return repeated > MAX_REPEATED ? [sourceProblems.ALIAS_BOMB(file, MAX_REPEATED)] : [];
  } catch (cause) {
    if (cause instanceof RangeError) return [sourceProblems.NESTED_TOO_DEEP(file, MAX_DEPTH / 2)];
    throw cause;
  }
}

function isSuspect(text: string): boolean {
  return [...text.matchAll(/[\s[{,:-]\*[\w-]/g)].length > FEW_ALIASES || looksDeep(text);
}

/** Brackets in strings count too: a false alarm costs a parse. */
function looksDeep(text: string): boolean {
  let depth = 0;
  for (const [match] of text.matchAll(/[[{\]}]|\n {400}/g)) {
    if (match === '[' || match === '{') depth += 1;
    else if (match === ']' || match === '}') depth -= 1;
    else return true;
    if (depth > MAX_DEPTH / 2) return true;
  }
  return false;
}

/** How many nodes the aliases of a document stand for, with those of aliases within aliases; merged ones cost the same. */
function repeatedIn(root: Node | null): number {
  const anchors = new Map<string, number>();
  let own = 0;
  const visit = (node: Node | Pair | null, depth: number): number => {
    if (depth > MAX_DEPTH) throw new RangeError('too deep');
    own += 1;
    if (isAlias(node)) return 1 + (anchors.get(node.source) ?? 0);
    const weight = partsOf(node).reduce((sum, part) => sum + visit(part, depth + 1), 1);
    const anchor = isNode(node) ? node.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, weight);
    return weight;
  };
  return visit(root, 0) - own;
}

function partsOf(node: Node | Pair | null): readonly (Node | Pair | null)[] {
  if (isPair(node)) return [node.key as Node | null, node.value as Node | null];
  return isCollection(node) ? (node.items as (Node | Pair | null)[]) : [];
}
