/**
 * Expressions of a service plan (`$var.x`, `$sys.…`, `{{ … }}`, `${{ … }}`) look like variables to Compose, which would
 * blank or refuse them. They pass through it with another character in the place of their `$`.
 */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
} from 'yaml';

/** A private-use character: YAML may hold it, and nobody writes it. */
const STAND_IN = '\ue000';

const PLATFORM_KEY = /^x-(?:omnistrate-|customer-integrations$|internal-integrations$)/;

/** Whether a compose file is one of a service plan. */
export function isServicePlan(text: string): boolean {
  return /^[ \t]*["']?x-(?:omnistrate-|customer-integrations|internal-integrations)/m.test(text);
}

/** Whether a key is the platform's: of the top level, a service, or an entry of `volumes`. */
export function isPlatformKey(key: string): boolean {
  return PLATFORM_KEY.test(key);
}

/** The same text, column by column, with the stand-in for each `$` of the platform's. */
export function protectExpressions(text: string): string {
  const quoted = quoteTemplates(text);
  const documents = parseAllDocuments(quoted, { logLevel: 'silent', strict: false, merge: true });
  const ranges = [...documents].flatMap((document) =>
    platformRanges(document.contents as Node | null, document),
  );
  const services = [...documents].flatMap((document) => serviceNames(document.contents as Node | null));
  const whole = ranges
    .sort(([a], [b]) => b - a)
    .reduce(
      (now, [start, end]) => now.slice(0, start) + standIn(now.slice(start, end)) + now.slice(end),
      quoted,
    );
  return whole.replace(/\{\{.*?\}\}/g, standIn).replace(expressionOf(services), standIn);
}

/** Undoes `protectExpressions` in whatever Compose made of the text. */
export function restoreExpressions(text: string): string {
  return text.replaceAll(STAND_IN, '$');
}

function standIn(text: string): string {
  return text.replaceAll('$', STAND_IN);
}

/** `$var.`, `$sys.`, `$func.`, `$secret.`, `$file:`, `${{`, `$SERVICE.sys.`; a doubled `$` is a literal one. */
function expressionOf(services: readonly string[]): RegExp {
  const names = services.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const ofService = names === '' ? '' : `|(?:${names})(?:\\.[\\w-]+)*\\.(?:sys|var)\\.`;
  return new RegExp(`(?<!\\$)\\$(?=(?:var|sys|func|secret)\\.|file:|\\{\\{${ofService})`, 'g');
}

/** `key: {{ … }}` and `- {{ … }}=x` are no strings to YAML, but to the platform. */
function quoteTemplates(text: string): string {
  return text.replace(
    /^([ \t]*(?:- +)?(?:[\w."'/-]+:[ \t]+)?)(\{\{[^'\n#]*\}\}[^'\n#]*?)[ \t]*$/gm,
    (_, before: string, template: string) => `${before}'${template}'`,
  );
}

type Range = readonly [number, number];

/** Everything below the platform's own keys, and below the anchors that are used there. */
function platformRanges(root: Node | null, document: Document): readonly Range[] {
  const found = new Map<Node, Range>();
  const add = (node: unknown): void => {
    const target = isAlias(node) ? node.resolve(document) : node;
    if (!isNode(target) || !target.range || found.has(target)) return;
    found.set(target, [target.range[0], target.range[1]]);
    visit(target, { Alias: (_, alias) => add(alias) });
  };
  const addPair = (_: unknown, pair: Pair): void => {
    if (isPlatformPair(pair)) add(pair.value);
  };
  if (root !== null) visit(root, { Pair: addPair });
  return withoutOverlap([...found.values()]);
}

function isPlatformPair({ key }: Pair): boolean {
  return isScalar(key) && isPlatformKey(String(key.value));
}

function withoutOverlap(ranges: readonly Range[]): readonly Range[] {
  return ranges.filter(
    ([start, end], index) =>
      !ranges.some(
        ([from, to], other) =>
          other !== index && from <= start && end <= to && (from < start || end < to || other < index),
      ),
  );
}

function serviceNames(root: Node | null): readonly string[] {
  const services: unknown = isMap(root) ? root.get('services', true) : undefined;
  return isMap(services) ? services.items.map(({ key }) => (isScalar(key) ? String(key.value) : '')) : [];
}
