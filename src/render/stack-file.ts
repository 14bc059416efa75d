/** The stack file of a project: `docker stack deploy --compose-file`. */
import { hasExpression } from '../compose/expressions.js';
import { asObject, asText } from '../compose/json.js';
import type { Json, JsonObject, Project, Service } from '../compose/project.js';
import type { Plan, ProjectPlan } from '../plan/plan.js';
import { planProblems } from '../plan/plan-problems.js';
import type { Problem } from '../problems.js';
import { composeDocument, yamlFile } from './compose-file.js';
import { envFileSecrets } from './env-file-secrets.js';
import { localDocument } from './local-document.js';
import type { Rebase } from './rebase.js';
import { type Stack, stackDocument } from './stack-document.js';
import { targetProblems } from './target-problems.js';

type Path = Parameters<Project['locate']>[0];

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
    ...plan.bundles.flatMap((bundle) =>
      bundle.grant === 'userns' ? rungProblems(bundle, project) : adminProblems(bundle, project),
    ),
    ...(waits.length === 0 ? [] : [targetProblems.SWARM_ORDER(waits)]),
    ...envFileProblems(plan, project),
    ...withLateRestart(plan, project).map(({ name }) =>
      planProblems.VARIABLE_DECIDED(
        name,
        'restart',
        project.locate(['services', name, 'restart']),
        NO_EXPRESSION,
      ),
    ),
  ];
}

const NO_EXPRESSION = 'a swarm has other words for it, none of which stands for an expression';

/** Dedicated services whose `restart` holds an expression; that of a member is decided with the bundle. */
function withLateRestart({ bundles }: ProjectPlan, { services }: Project): readonly Service[] {
  const members = new Set(bundles.flatMap((bundle) => bundle.members.map(({ service }) => service)));
  return services.filter(
    ({ name, written }) => !members.has(name) && hasExpression(asText(written.restart) ?? ''),
  );
}

function envFileProblems({ bundles }: ProjectPlan, { locate }: Project): readonly Problem[] {
  const members = bundles.flatMap((bundle) => bundle.members);
  const services = members.filter(({ envFiles }) => envFiles.length > 0).map(({ service }) => service);
  const [first] = services;
  if (first === undefined) return [];
  return [targetProblems.SWARM_ENV_FILES(services, locate(['services', first, 'env_file']))];
}

/** A swarm ignores security_opt: without added capabilities members get rung chroot (design §8.12). */
function rungProblems({ bundle, members }: Plan, { locate }: Project): readonly Problem[] {
  const unable = members.filter(({ launch }) => launch.needs.rung !== 'chroot');
  return [
    targetProblems.SWARM_RUNG(bundle),
    ...unable.map(({ service, launch }) =>
      targetProblems.SWARM_NEEDS_GRANT(service, launch.needs, locate(['services', service])),
    ),
  ];
}

/** Without pivot_root the root of the bundle lies below that of a member (runtime/launch.py). */
function adminProblems({ members }: Plan, { locate }: Project): readonly Problem[] {
  return members
    .filter(({ process }) => members.length > 1 && process.capabilities.includes('CAP_SYS_ADMIN'))
    .map(({ service }) => targetProblems.SWARM_SYS_ADMIN(service, locate(['services', service, 'cap_add'])));
}

function documentOf(plan: ProjectPlan, project: Project, rebase: Rebase): JsonObject {
  const written = composeDocument(plan, project, rebase);
  const decided = withLateRestart(plan, project).map(({ name, resolved }): [string, Json] => [
    name,
    { ...asObject(asObject(written.services)[name]), restart: resolved.restart ?? 'no' },
  ]);
  const services = { ...asObject(written.services), ...Object.fromEntries(decided) };
  const document = { ...written, services };
  return plan.servicePlan === undefined ? document : localDocument(document);
}

function stackOf(plan: ProjectPlan, project: Project, rebase: Rebase): Stack {
  return stackDocument(documentOf(plan, project, rebase), {
    bundles: plan.bundles.map(({ bundle }) => bundle),
    inactive: Object.keys(project.inactive),
    envFiles: Object.keys(
      envFileSecrets(
        plan.bundles.flatMap(({ members }) => members),
        rebase,
      ),
    ),
    locate: (path) => project.locate(sourcePath(path, plan, project)),
  });
}

/** What a bundle's service says comes from a member. */
function sourcePath(path: Path, { bundles }: ProjectPlan, { services }: Project): Path {
  const [section, name, key = '', ...rest] = path;
  const bundle = bundles.find((one) => section === 'services' && one.bundle === name);
  if (bundle === undefined) return path;
  const variable = String(key === 'environment' ? rest[0] : '');
  const owner = bundle.members.find(({ variables }) => variable in variables);
  if (owner !== undefined)
    return [section ?? '', owner.service, key, variable.slice(owner.launch.environment.prefix.length)];
  const isMember = (service: string) => bundle.members.some((member) => member.service === service);
  const first = services.find((service) => isMember(service.name) && service.written[key] !== undefined);
  return first === undefined ? [] : [section ?? '', first.name, key];
}
