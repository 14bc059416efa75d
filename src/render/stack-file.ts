/** The stack file of a project: `docker stack deploy --compose-file`. */
import { asObject } from '../compose/json.js';
import type { JsonObject, Project } from '../compose/project.js';
import type { Plan, ProjectPlan } from '../plan/plan.js';
import type { Problem } from '../problems.js';
import { composeDocument, yamlFile } from './compose-file.js';
import { localDocument } from './local-document.js';
import type { Rebase } from './rebase.js';
import { type Stack, stackDocument } from './stack-document.js';
import { targetProblems } from './target-problems.js';

export const STACK_FILE = 'stack.yaml';

export function stackFile(plan: ProjectPlan, project: Project, rebase: Rebase): string {
  return yamlFile(stackOf(plan, project, rebase).document);
}

/** What a swarm ignores or cannot do, and what that means for the bundles. */
export function stackProblems(plan: ProjectPlan, project: Project): readonly Problem[] {
  const document = documentOf(plan, project, (path) => path);
  const waits = Object.entries(asObject(document.services)).flatMap(([name, service]) =>
    Object.keys(asObject(asObject(service).depends_on)).map((other) => `"${name}" waits for "${other}"`),
  );
  return [
    ...stackOf(plan, project, (path) => path).problems,
    ...plan.bundles.filter(({ grant }) => grant === 'userns').flatMap(rungProblems),
    ...(waits.length === 0 ? [] : [targetProblems.SWARM_ORDER(waits)]),
  ];
}

/** A swarm ignores security_opt: without added capabilities members get rung chroot (design §8.12). */
function rungProblems({ bundle, members }: Plan): readonly Problem[] {
  const unable = members.filter(({ launch }) => launch.needs.rung !== 'chroot');
  return [
    targetProblems.SWARM_RUNG(bundle),
    ...unable.map(({ service, launch }) => targetProblems.SWARM_NEEDS_GRANT(service, launch.needs)),
  ];
}

function documentOf(plan: ProjectPlan, project: Project, rebase: Rebase): JsonObject {
  const document = composeDocument(plan, project, rebase);
  return plan.servicePlan === undefined ? document : localDocument(document);
}

function stackOf(plan: ProjectPlan, project: Project, rebase: Rebase): Stack {
  const keys = plan.bundles.map(({ bundle }) => bundle);
  return stackDocument(documentOf(plan, project, rebase), keys);
}
