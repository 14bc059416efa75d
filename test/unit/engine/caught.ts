import { ProblemsError } from '../../../src/problems.js';

/** The ProblemsError that a promise rejects with. */
export async function caught(promise: Promise<unknown>): Promise<ProblemsError> {
  const error = await promise.then(
    () => new Error('nothing was thrown'),
    (reason: unknown) => reason,
  );
  if (error instanceof ProblemsError) return error;
  throw error;
}
