/** Progress on a terminal: finished steps scroll up, running ones stand below with their time and bytes. */
import { createLogUpdate } from 'log-update';
import type { BundleEvent } from '../bundle-options.js';
import type { Paint } from './paint.js';
import { STAGES } from './plain-progress.js';
import type { Progress } from './progress.js';
import type { Output } from './streams.js';

interface Running {
  readonly name: string;
  readonly since: number;
  current?: number;
  total?: number;
  lastLine?: string;
}

const REFRESH_MS = 100;
const MOST_STEPS = 4;

export function terminalProgress(output: Output, paint: Paint, now: () => number = Date.now): Progress {
  const running = new Map<string, Running>();
  const told = new Set<string>();
  // log-update uses no more of a stream than an Output has.
  const screen = createLogUpdate(output as NodeJS.WriteStream, { showCursor: true });
  const columns = () => output.columns ?? 80;
  const draw = () => {
    const rows = [...running.values()].slice(-MOST_STEPS).flatMap((step) => stepRows(step, now(), columns()));
    if (rows.length > 0) screen(rows.map(paint.dim).join('\n'));
    else screen.clear();
  };
  const timer = setInterval(draw, REFRESH_MS);
  timer.unref();
  return {
    show(event) {
      follow(running, event, now());
      const line = permanentLine(event, told, paint, columns());
      if (line !== '') screen.persist(line);
      draw();
    },
    end() {
      clearInterval(timer);
      screen.clear();
    },
  };
}

function follow(running: Map<string, Running>, event: BundleEvent, time: number): void {
  if (event.type === 'step-started') running.set(event.id, { name: event.name, since: time });
  if (event.type === 'step-done') running.delete(event.id);
  if (event.type !== 'step-progress' && event.type !== 'step-log') return;
  const step = running.get(event.id);
  if (step === undefined) return;
  if (event.type === 'step-log') step.lastLine = event.text;
  else Object.assign(step, { current: event.current, total: event.total });
}

/** BuildKit may report the end of one step twice. */
function permanentLine(event: BundleEvent, told: Set<string>, paint: Paint, columns: number): string {
  if (event.type === 'stage') return STAGES[event.stage];
  if (event.type === 'line') return event.text;
  if (event.type !== 'step-done' || (told.has(event.id) && event.error === undefined)) return '';
  told.add(event.id);
  if (event.error !== undefined) return `${paint.red('✗')} ${shortened(event.name, columns - 2)}`;
  const how = event.cached ? 'cached' : `${event.seconds.toFixed(1)}s`;
  return `${paint.green('✓')} ${shortened(event.name, columns - how.length - 3)} ${paint.dim(how)}`;
}

/** A step is one row: its whole command stands in the Dockerfile. */
function shortened(name: string, room: number): string {
  return name.length <= room ? name : `${name.slice(0, Math.max(0, room - 1))}…`;
}

function stepRows(step: Running, time: number, columns: number): string[] {
  const elapsed = `${((time - step.since) / 1000).toFixed(1)}s`;
  const bytes =
    step.current === undefined ? '' : ` ${size(step.current)}${step.total ? ` of ${size(step.total)}` : ''}`;
  const room = columns - elapsed.length - bytes.length - 5;
  const first = `  ${shortened(step.name, room)} ${elapsed}${bytes}`;
  return step.lastLine === undefined ? [first] : [first, `    ${shortened(step.lastLine, columns - 6)}`];
}

function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
