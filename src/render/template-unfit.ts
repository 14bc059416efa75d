/** A template of the user's that would make another image than the plan's. */
import { error, type Problem } from '../problems.js';

/** `what`: what is wrong with `file` as it was rendered; `why` and `keep` are of the part in question. */
export function templateUnfit(file: string, what: string, why: string, keep: string): Problem {
  return error('TEMPLATE_UNFIT', `${file}, read back, ${what}`, undefined, {
    why,
    fix: `take the shipped templates/${file}.hbs as a start, and keep ${keep}`,
  });
}
