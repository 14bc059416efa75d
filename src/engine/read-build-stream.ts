/** Reads the Engine's answer to a build, line by line of JSON, and knows whether the build succeeded. */
import type { Readable } from 'node:stream';
import * as v from 'valibot';
import { buildStepFailed, connectionLost, notAnEngine } from './docker-problems.js';
import type { BuildEvent } from './engine.js';
import { engineFailure, refusal } from './engine-failure.js';
import { type FailedStep, followTrace, type TraceFollower } from './follow-trace.js';
import { lineSplitter } from './line-splitter.js';

const MESSAGE = v.object({
  id: v.optional(v.string()),
  aux: v.optional(v.union([v.string(), v.object({ ID: v.string() })])),
  error: v.optional(v.string()),
  errorDetail: v.optional(v.object({ message: v.optional(v.string()) })),
});

interface Answer {
  imageId?: string;
  error?: string;
  /** The first line that is not a message of the Engine. */
  strange?: string;
}

/** Resolves with the image's id. The end of the stream alone is no success: the Engine must have named the image. */
export async function readBuildStream(
  stream: Readable,
  endpoint: string,
  onEvent: (event: BuildEvent) => void,
): Promise<string> {
  const steps = followTrace(onEvent);
  const answer: Answer = {};
  const lines = lineSplitter((line) => readMessage(line, answer, steps));
  let broken: unknown;
  try {
    for await (const chunk of stream) lines.add(chunk as Uint8Array);
  } catch (error) {
    broken = error;
  }
  lines.end();
  if (answer.error !== undefined) throw buildFailed(answer.error, steps.failedStep());
  if (broken !== undefined) throw engineFailure(broken, endpoint, 'the build');
  if (answer.imageId !== undefined) return answer.imageId;
  throw answer.strange === undefined
    ? connectionLost(endpoint, 'the build')
    : notAnEngine(endpoint, answer.strange);
}

function readMessage(line: string, answer: Answer, steps: TraceFollower): void {
  const message = v.safeParse(v.pipe(v.string(), v.parseJson(), MESSAGE), line);
  if (!message.success) {
    answer.strange ??= line;
    return;
  }
  const { id, aux, error, errorDetail } = message.output;
  if (error !== undefined || errorDetail !== undefined)
    answer.error = errorDetail?.message ?? error ?? 'unknown';
  if (id === 'moby.buildkit.trace' && typeof aux === 'string') steps.add(aux);
  if (id === 'moby.image.id' && typeof aux === 'object') answer.imageId = aux.ID;
}

function buildFailed(message: string, step: FailedStep | undefined): Error {
  if (step === undefined || /no space left on device/i.test(message)) return refusal(message, 'the build');
  const exitCode = /exit code: (\d+)/.exec(message)?.[1];
  const how = exitCode === undefined ? 'failed' : `failed with exit code ${exitCode}`;
  return buildStepFailed(step.name, how, exitCode === undefined ? step.error : undefined, step.log);
}
