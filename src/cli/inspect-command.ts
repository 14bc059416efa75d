/** `bundle-shared inspect IMAGE`: what is inside a bundle, from its label. */
import * as v from 'valibot';
import { stripControls } from '../engine/strip-controls.js';
import { type Problem, ProblemsError } from '../problems.js';
import { INVENTORY_LABEL } from '../render/dockerfile-view.js';
import type { InspectCommand } from './invocation.js';
import type { Session } from './session.js';
import { table } from './table.js';
import { usageProblems } from './usage-problems.js';

const INVENTORY = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({
    project: v.string(),
    members: v.array(
      v.looseObject({
        service: v.string(),
        image: v.string(),
        id: v.string(),
        digest: v.optional(v.string()),
        ports: v.optional(v.array(v.union([v.string(), v.number()])), []),
        volumes: v.optional(v.array(v.string()), []),
      }),
    ),
  }),
);

type Inventory = v.InferOutput<typeof INVENTORY>;

export async function inspectCommand({ image, json }: InspectCommand, session: Session): Promise<void> {
  const labels = await session.engine.imageLabels(image);
  if (labels === undefined) throw inputError(usageProblems.IMAGE_UNKNOWN(image));
  const inventory = v.safeParse(INVENTORY, labels[INVENTORY_LABEL]);
  if (!inventory.success) throw inputError(usageProblems.NOT_A_BUNDLE(image));
  const { output } = inventory;
  session.streams.stdout.write(json ? `${JSON.stringify(output, null, 2)}\n` : inventoryText(output));
}

function inventoryText({ project, members }: Inventory): string {
  const rows = members.map(({ service, image, id, digest, ports, volumes }) => [
    service,
    image,
    digest ?? `${id.slice(0, 19)} (local)`,
    ports.join(' ') || '-',
    volumes.join(' ') || '-',
  ]);
  return `project ${stripControls(project)}\n\n${table(['MEMBER', 'IMAGE', 'DIGEST', 'PORTS', 'VOLUMES'], rows)}`;
}

function inputError(problem: Problem): ProblemsError {
  return new ProblemsError('input', [problem]);
}
