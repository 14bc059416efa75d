/** Sums of the defaults of parameters that hold a quantity, as Kubernetes and Compose write them. */
import { asText } from '../../compose/json.js';
import type { JsonObject } from '../../compose/project.js';

const MEMORY: Readonly<Record<string, number>> = {
  '': 1,
  k: 1024,
  K: 1024,
  Ki: 1024,
  M: 1024 ** 2,
  Mi: 1024 ** 2,
  G: 1024 ** 3,
  Gi: 1024 ** 3,
};

/** Base 1024 for memory, as Docker counts, with what the runtime takes; undefined where a default is missing, chosen from options, or no quantity. */
export function sumQuantities(
  params: readonly (JsonObject | undefined)[],
  unit: 'cpus' | 'memory',
  overheadBytes: number,
): string | undefined {
  const values = params.map((param) => quantityOf(param, unit));
  if (values.some((value) => value === undefined)) return undefined;
  const sum = values.reduce((a: number, b) => a + (b ?? 0), 0);
  return unit === 'cpus'
    ? String(Math.round(sum * 1000) / 1000)
    : `${Math.ceil((sum + overheadBytes) / 1024 ** 2)}M`;
}

function quantityOf(param: JsonObject | undefined, unit: 'cpus' | 'memory'): number | undefined {
  if (param === undefined || param.options !== undefined || param.labeledOptions !== undefined)
    return undefined;
  const [, number = '', suffix = ''] =
    /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(asText(param.defaultValue) ?? '') ?? [];
  if (number === '') return undefined;
  if (unit === 'cpus') return { '': Number(number), m: Number(number) / 1000 }[suffix];
  const factor = MEMORY[suffix];
  return factor === undefined ? undefined : Number(number) * factor;
}
