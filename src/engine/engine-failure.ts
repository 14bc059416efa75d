/** Says what an error of the connection or of the Engine means for the user. */
import { interruption, ProblemsError } from '../problems.js';
import {
  connectionLost,
  diskFull,
  dockerForbidden,
  dockerUnreachable,
  engineRefused,
  notAnEngine,
} from './docker-problems.js';

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EAI_AGAIN',
]);
const FORBIDDEN = new Set(['EACCES', 'EPERM']);
const LOST = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'HPE_INVALID_EOF_STATE',
  'ECONNABORTED',
]);

/** `during` names what was asked, as the user would: "inspecting redis:7". Whatever breaks after an abort is the abort. */
export function engineFailure(
  error: unknown,
  endpoint: string,
  during: string,
  signal?: AbortSignal,
): ProblemsError {
  if (signal?.aborted) return interruption();
  if (error instanceof ProblemsError) return error;
  const { code, statusCode, message } = parts(error);
  if (FORBIDDEN.has(code)) return dockerForbidden(endpoint);
  if (UNREACHABLE.has(code)) return dockerUnreachable(endpoint, message);
  if (LOST.has(code)) return connectionLost(endpoint, during);
  if (code.startsWith('HPE_') || isWebPage(message)) return notAnEngine(endpoint, message);
  if (statusCode === undefined && code !== '') return dockerUnreachable(endpoint, message);
  return refusal(message, during);
}

/** What the Engine itself says went wrong. */
export function refusal(message: string, during: string): ProblemsError {
  const isFull = /no space left on device|disk quota exceeded/i.test(message);
  return isFull ? diskFull(message) : engineRefused(during, message);
}

function isWebPage(text: string): boolean {
  return /<!doctype html|<html|<head>|<body/i.test(text);
}

/** The status of an answer that was an error; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return parts(error).statusCode;
}

function parts(error: unknown): { code: string; statusCode?: number; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  return {
    code: typeof code === 'string' ? code : '',
    message: error.message.replace(/^\(HTTP code \d+\) [\w ]+ - /, '').trim(),
    ...(typeof statusCode === 'number' ? { statusCode } : {}),
  };
}
