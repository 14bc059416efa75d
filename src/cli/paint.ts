/** Colours for a terminal, and none for anything else (https://no-color.org). */
import type { Output } from './streams.js';

export interface Paint {
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  dim(text: string): string;
}

const PLAIN: Paint = { red: same, yellow: same, green: same, dim: same };
const COLOURED: Paint = { red: sgr(31), yellow: sgr(33), green: sgr(32), dim: sgr(2) };

export function paintFor(output: Output, environment: NodeJS.ProcessEnv): Paint {
  const isPlain = output.isTTY !== true || Boolean(environment.NO_COLOR) || environment.TERM === 'dumb';
  return isPlain ? PLAIN : COLOURED;
}

function sgr(code: number): (text: string) => string {
  return (text) => `\u001b[${code}m${text}\u001b[0m`;
}

function same(text: string): string {
  return text;
}
