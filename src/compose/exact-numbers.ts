/** Numbers that a program of JavaScript would write in another way than Compose does: they stay as Compose writes them. */
import { type Document, isMap, isPair, isScalar, type Scalar, visit } from 'yaml';

/** Such a number at the end of a line, in a text that Compose printed. */
const ODD = /[:-] (?:-?[\d.]+e[+-]?\d+|-?\d{16,}|[-+]?\.(?:inf|nan))$/im;

/** What Go prints for those that have no digits. */
const WORDS: Readonly<Record<string, string>> = {
  '.inf': '+Inf',
  '+.inf': '+Inf',
  '-.inf': '-Inf',
  '.nan': 'NaN',
};

export function hasOddNumbers(text: string): boolean {
  return ODD.test(text);
}

/** Makes them texts, as Compose does where a value is one (`environment`, `labels`); those of `x-` keys stay numbers. */
export function keepNumbersExact(document: Document): void {
  visit(document, {
    Pair(_, pair, ancestors) {
      const isOwn = ancestors.length === 2 && isMap(ancestors.at(-1)) && isScalar(pair.key);
      return isOwn && String((pair.key as Scalar).value).startsWith('x-') ? visit.SKIP : undefined;
    },
    Scalar(key, node, ancestors) {
      const isKey = key === 'key' && isPair(ancestors.at(-1));
      if (isKey || typeof node.value !== 'number' || String(node.value) === node.source) return;
      const source = node.source ?? String(node.value);
      node.value = WORDS[source.toLowerCase()] ?? source;
    },
  });
}
