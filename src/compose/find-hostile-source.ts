/** Compose files that would exhaust Compose itself, found before it reads them. */
import { isAlias, isCollection, isNode, isPair, type Node, type Pair, parseAllDocuments } from 'yaml';
import { error, type Problem } from '../problems.js';
import type { SourceFile } from './source-positions.js';

/** Maps count twice, for their pairs. No project is that deep, and the recursion of every parser is safe far beyond. */
const MAX_DEPTH = 400;
/** Nodes after aliases are replaced by what they stand for; a project of 10,000 services has fewer. */
const MAX_NODES = 2_000_000;
const FEW_ALIASES = 12;

/** Nothing for ordinary files, which are not even parsed for this. */
export function findHostileSource({ file, text }: SourceFile): readonly Problem[] {
  if (!isSuspect(text)) return [];
  try {
    const documents = parseAllDocuments(text, { logLevel: 'silent', strict: false, uniqueKeys: false });
    const nodes = [...documents].reduce((sum, { contents }) => sum + weigh(contents as Node | null), 0);
    return nodes > MAX_NODES ? [aliasBomb(file)] : [];
  } catch (cause) {
    if (cause instanceof RangeError) return [tooDeep(file)];
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

/** How many nodes a document has once its aliases are replaced. */
function weigh(root: Node | null): number {
  const anchors = new Map<string, number>();
  const visit = (node: Node | Pair | null, depth: number): number => {
    if (depth > MAX_DEPTH) throw new RangeError('too deep');
    if (isAlias(node)) return anchors.get(node.source) ?? 1;
    const weight = partsOf(node).reduce((sum, part) => sum + visit(part, depth + 1), 1);
    const anchor = isNode(node) && !isAlias(node) ? node.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, weight);
    return weight;
  };
  return visit(root, 0);
}

function partsOf(node: Node | Pair | null): readonly (Node | Pair | null)[] {
  if (isPair(node)) return [node.key as Node | null, node.value as Node | null];
  return isCollection(node) ? (node.items as (Node | Pair | null)[]) : [];
}

function aliasBomb(file: string): Problem {
  return error('ALIAS_BOMB', `the aliases in "${file}" stand for millions of values`, undefined, {
    why: 'Compose would use up all memory on them',
    fix: 'repeat aliases within aliases less often',
  });
}

function tooDeep(file: string): Problem {
  return error('NESTED_TOO_DEEP', `"${file}" is nested more than ${MAX_DEPTH / 2} levels deep`, undefined, {
    fix: 'a compose file needs ten',
  });
}
