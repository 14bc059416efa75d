/** `--cell cpus=8,memory=32G,headroom=20%`. */
import { InvalidArgumentError } from 'commander';
import type { Cell } from '../plan/cell.js';
import { parseBytes } from '../plan/durations.js';

/** Throws what commander turns into a problem of the usage. */
export function parseCell(text: string): Cell {
  const parts = text.split(',').map((part) => part.split('='));
  const cell = {
    headroom: 0,
    ...Object.assign({}, ...parts.map(([key = '', value = '']) => readPart(key, value))),
  };
  if (cell.cpus === undefined && cell.memoryBytes === undefined)
    throw new InvalidArgumentError('It must say cpus or memory: cpus=8,memory=32G,headroom=20%.');
  return cell;
}

function readPart(key: string, value: string): Partial<Cell> {
  const number = key === 'memory' ? parseBytes(value) : Number(value.replace(/%$/, ''));
  if (value === '' || number === undefined || !(number >= 0))
    throw new InvalidArgumentError(`"${value}" is no amount of ${key}.`);
  switch (key) {
    case 'cpus':
      return { cpus: number };
    case 'memory':
      return { memoryBytes: number };
    case 'headroom':
      if (number >= 100 || !value.endsWith('%'))
        throw new InvalidArgumentError('The headroom must be a percentage below 100%.');
      return { headroom: number / 100 };
    default:
      throw new InvalidArgumentError(`"${key}" is not cpus, memory or headroom.`);
  }
}
