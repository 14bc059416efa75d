/** Reads what bundle-shared wrote into an output folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { ProblemsError } from '../problems.js';
import { usageProblems } from './usage-problems.js';

const PORT = v.object({ port: v.number(), protocol: v.picklist(['tcp', 'udp']), evidence: v.string() });

const BUNDLE = v.object({
  bundle: v.string(),
  tag: v.string(),
  stopSeconds: v.number(),
  members: v.array(
    v.object({
      service: v.string(),
      ports: v.array(PORT),
      variables: v.record(v.string(), v.nullable(v.string())),
      envFiles: v.array(v.object({ path: v.string(), target: v.string() })),
    }),
  ),
});

/** Of the plan, what commands on a written folder need. */
const PLAN = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ project: v.string(), bundles: v.pipe(v.array(BUNDLE), v.minLength(1)) }),
);

export type PlannedBundle = v.InferOutput<typeof BUNDLE>;
export type PlannedProject = v.InferOutput<typeof PLAN>;

export async function readFolder(folder: string): Promise<PlannedProject> {
  const file = join(folder, 'plan.json');
  const text = await readFile(file, 'utf8').catch((error: Error) => error);
  if (text instanceof Error) throw notAFolder(folder, text.message);
  const plan = v.safeParse(PLAN, text);
  if (plan.success) return plan.output;
  throw notAFolder(folder, `${file}: ${plan.issues[0].message}`);
}

function notAFolder(folder: string, why: string): ProblemsError {
  return new ProblemsError('input', [usageProblems.NOT_AN_OUTPUT_FOLDER(folder, why)]);
}
