/** Follows the steps of a build through BuildKit's traces and tells them as events. */
import { decodeTrace, secondsBetween, type Trace, type Vertex } from './build-trace.js';
import type { BuildEvent } from './engine.js';
import { type LineSplitter, lineSplitter } from './line-splitter.js';
import { stripControls } from './strip-controls.js';

export interface FailedStep {
  readonly name: string;
  readonly error: string;
  readonly log: readonly string[];
}

export interface TraceFollower {
  add(base64: string): void;
  failedStep(): FailedStep | undefined;
}

interface Step {
  readonly lines: LineSplitter;
  readonly log: string[];
  readonly parts: Map<string, { readonly current: number; readonly total: number }>;
  name: string;
  startedAt: string;
  state: 'waiting' | 'running' | 'done';
  error: string;
}

const LOG_TAIL = 30;

export function followTrace(onEvent: (event: BuildEvent) => void): TraceFollower {
  const steps = new Map<string, Step>();
  const stepOf = (id: string) => {
    const step = steps.get(id) ?? newStep(id, onEvent);
    steps.set(id, step);
    return step;
  };
  const apply = (trace: Trace) => {
    const vertexes = trace.vertexes.map((vertex) => ({ ...vertex, name: oneLine(vertex.name) }));
    for (const vertex of vertexes) beginStep(stepOf(vertex.digest), vertex, onEvent);
    for (const status of trace.statuses) tellProgress(stepOf(status.vertex), status, onEvent);
    for (const { vertex, msg } of trace.logs) stepOf(vertex).lines.add(msg);
    for (const vertex of vertexes) endStep(stepOf(vertex.digest), vertex, onEvent);
  };
  return {
    add(base64) {
      const trace = decodeTrace(base64);
      if (trace !== undefined) apply(trace);
    },
    failedStep: () => [...steps.values()].find(({ error }) => error !== '' && !isConsequence(error)),
  };
}

function newStep(id: string, onEvent: (event: BuildEvent) => void): Step {
  const log: string[] = [];
  const lines = lineSplitter((text) => {
    log.push(text);
    if (log.length > LOG_TAIL) log.shift();
    onEvent({ type: 'step-log', id, text });
  });
  return { lines, log, parts: new Map(), name: '', startedAt: '', state: 'waiting', error: '' };
}

/** BuildKit may start a step again (first to look into its cache, then to run it). */
function beginStep(step: Step, vertex: Vertex, onEvent: (event: BuildEvent) => void): void {
  const startedAt = vertex.started ? `${vertex.started.seconds}.${vertex.started.nanos}` : '';
  step.name = vertex.name;
  step.error = vertex.error || step.error;
  if (startedAt === '' || startedAt === step.startedAt) return;
  step.startedAt = startedAt;
  if (step.state !== 'running') onEvent({ type: 'step-started', id: vertex.digest, name: vertex.name });
  step.state = 'running';
}

function endStep(step: Step, vertex: Vertex, onEvent: (event: BuildEvent) => void): void {
  if (!vertex.completed || step.state === 'done') return;
  step.lines.end();
  step.state = 'done';
  onEvent({
    type: 'step-done',
    id: vertex.digest,
    name: vertex.name,
    cached: vertex.cached,
    seconds: secondsBetween(vertex.started, vertex.completed),
    ...(vertex.error === '' ? {} : { error: vertex.error }),
  });
}

function tellProgress(
  step: Step,
  status: Trace['statuses'][number],
  onEvent: (event: BuildEvent) => void,
): void {
  step.parts.set(status.ID, status);
  const sum = (pick: 'current' | 'total') =>
    [...step.parts.values()].reduce((total, part) => total + part[pick], 0);
  const total = sum('total');
  onEvent({
    type: 'step-progress',
    id: status.vertex,
    current: sum('current'),
    ...(total > 0 ? { total } : {}),
  });
}

function oneLine(name: string): string {
  return stripControls(name.replace(/\s+/g, ' '));
}

/** Steps that end because another one failed. */
function isConsequence(error: string): boolean {
  return /context canceled|context deadline exceeded$/.test(error);
}
