/** Progress as lines that stay, for logs of CI. */
import type { BundleEvent } from '../bundle-options.js';
import type { Progress } from './progress.js';
import type { Output } from './streams.js';

export const STAGES = {
  load: 'reading the project',
  images: 'reading the images',
  plan: 'planning',
  render: 'writing the files',
  build: 'building the image',
  push: 'pushing the image',
} as const;

export function plainProgress(output: Output): Progress {
  const numbers = new Map<string, number>();
  const line = (id: string, text: string) => {
    const number = numbers.get(id) ?? numbers.size + 1;
    numbers.set(id, number);
    output.write(`#${number} ${text}\n`);
  };
  const show = (event: BundleEvent) => {
    switch (event.type) {
      case 'stage':
        return output.write(`${STAGES[event.stage]}\n`);
      case 'line':
        return output.write(`${event.text}\n`);
      case 'step-started':
        return numbers.has(event.id) ? undefined : line(event.id, event.name);
      case 'step-log':
        return line(event.id, event.text);
      case 'step-done':
        return line(event.id, outcome(event));
      default:
        return undefined;
    }
  };
  return { show, end: () => undefined };
}

function outcome({ cached, seconds, error }: Extract<BundleEvent, { type: 'step-done' }>): string {
  if (error !== undefined) return `failed: ${error}`;
  return cached ? 'cached' : `done ${seconds.toFixed(1)}s`;
}
