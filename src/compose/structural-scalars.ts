/** Expressions where Compose needs a number or a fixed word: with `--no-interpolate` it refuses the whole project. */
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';
import { hasExpression } from './expressions.js';
import { quotedText } from './quoted-text.js';

/** A scalar of a source file that Compose has to see resolved. */
export interface StructuralScalar {
  /** Keys from the top of the document. */
  readonly path: readonly (string | number)[];
  readonly expression: string;
  /** Offsets in the text of the file. */
  readonly start: number;
  readonly end: number;
}

/** Where Compose 2.40 fails, tried key by key; `*` is any key, places count from the end of a path. */
const PLACES: readonly (readonly string[])[] = [
  ['ulimits', '*'],
  ['depends_on', '*', 'condition'],
  ['depends_on', '*', 'required'],
  ['depends_on', '*', 'restart'],
  ['networks', '*', 'priority'],
  ['networks', '*', 'gw_priority'],
  ['volumes', '*', 'type'],
  ['volumes', '*', 'bind', 'selinux'],
  ['volumes', '*', 'bind', 'recursive'],
  ['volumes', '*', 'external'],
  ['ports', '*', 'host_ip'],
  ['update_config', 'order'],
  ['rollback_config', 'order'],
  ['watch', '*', 'action'],
  ['cgroup'],
  ['container_name'],
  ['gpus'],
  ['pull_policy'],
  ['use_api_socket'],
];

/** Every such scalar of a compose file, in order; none in a text that is not YAML. */
export function findStructuralScalars(text: string): readonly StructuralScalar[] {
  const found: StructuralScalar[] = [];
  for (const document of parseAllDocuments(text, { logLevel: 'silent', strict: false })) {
    visit(document as Document, {
      Scalar(key, node, ancestors) {
        if (key === 'key' || !isExpression(node)) return;
        const path = pathOf([...ancestors, node]);
        const [start, end] = node.range;
        if (isStructural(path)) found.push({ path, expression: node.value, start, end });
      },
    });
  }
  return found;
}

function isExpression(
  node: Scalar,
): node is Scalar<string> & { readonly range: readonly [number, number, number] } {
  return typeof node.value === 'string' && hasExpression(node.value) && node.range != null;
}

function isStructural(path: readonly (string | number)[]): boolean {
  return PLACES.some(
    (place) =>
      path.length >= place.length &&
      place.every((part, index) => part === '*' || part === path[path.length - place.length + index]),
  );
}

function pathOf(nodes: readonly unknown[]): readonly (string | number)[] {
  return nodes.flatMap((node, index): (string | number)[] => {
    const next = nodes[index + 1];
    if (isMap(node)) {
      const pair = node.items.find((item) => item === next);
      return isScalar(pair?.key) ? [String(pair.key.value)] : [];
    }
    return isSeq(node) ? [node.items.indexOf(next)] : [];
  });
}

/** The text with each scalar replaced: numbers and booleans plain, words quoted. */
export function replaceScalars(
  text: string,
  scalars: readonly StructuralScalar[],
  values: readonly string[],
): string {
  let out = '';
  let at = 0;
  for (const [index, { start, end }] of scalars.entries()) {
    const value = values[index] ?? '';
    const isPlain = /^(?:-?\d+|true|false)$/.test(value);
    out += text.slice(at, start) + (isPlain ? value : quotedText(value));
    at = end;
  }
  return out + text.slice(at);
}

/** Puts the expressions back into what Compose made of the replaced text, wherever the same key has that value. */
export function restoreExpressions(
  written: string,
  scalars: readonly StructuralScalar[],
  values: readonly string[],
): { readonly text: string; readonly lost: readonly StructuralScalar[] } {
  const document = parseDocument(written);
  const places = scalars.map((scalar, index) => {
    const node: unknown = document.getIn(scalar.path, true);
    const isKept = isScalar(node) && node.range != null && String(node.value) === values[index];
    return { scalar, range: isKept ? node.range : undefined };
  });
  // From the end, so that the earlier places stay where they are; nothing else of the text changes.
  const text = places
    .toSorted((a, b) => (b.range?.[0] ?? 0) - (a.range?.[0] ?? 0))
    .reduce(
      (now, { scalar, range }) =>
        range == null ? now : now.slice(0, range[0]) + quotedText(scalar.expression) + now.slice(range[1]),
      written,
    );
  return { text, lost: places.filter(({ range }) => range == null).map(({ scalar }) => scalar) };
}
