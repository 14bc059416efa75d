/** Reads and checks what a compose file says about where and how tenants are placed. */
import { asObject, asText, isObject } from '../../compose/json.js';
import type { JsonObject, Project } from '../../compose/project.js';
import { nearest } from '../../nearest.js';
import type { Problem } from '../../problems.js';
import { servicePlanProblems } from './service-plan-problems.js';

export type Hosting =
  | 'the platform’s account'
  | 'the provider’s account'
  | 'the customer’s account'
  | 'on premises';

export interface ServicePlan {
  readonly name: string;
  /** `OMNISTRATE_…`; undefined when the file does not say. */
  readonly tenancy: string | undefined;
  readonly hosting: Hosting;
}

export interface ReadPlan {
  /** undefined: the file is no service plan. */
  readonly servicePlan: ServicePlan | undefined;
  readonly problems: readonly Problem[];
}

const KEY = 'x-omnistrate-service-plan';
const DEDICATED = 'OMNISTRATE_DEDICATED_TENANCY';
const MULTI = 'OMNISTRATE_MULTI_TENANCY';
const CUSTOM = 'CUSTOM_TENANCY';
const TENANCIES = [DEDICATED, MULTI, CUSTOM];

const BLOCKS: Readonly<Record<string, Hosting>> = {
  hostedDeployment: 'the provider’s account',
  byoaDeployment: 'the customer’s account',
  onPremDeployment: 'on premises',
  onPremCopilotDeployment: 'on premises',
};

/** Forms from before `deployment`, which the platform still reads. */
const OLD_BLOCKS: Readonly<Record<string, Hosting>> = {
  'x-omnistrate-my-account': 'the provider’s account',
  'x-omnistrate-hosted': 'the provider’s account',
  'x-omnistrate-byoa': 'the customer’s account',
};

/** In lower case: the platform takes any casing. */
const ACCOUNT_KEYS = [
  'awsAccountId',
  'awsBootstrapRoleAccountArn',
  'azureSubscriptionId',
  'azureTenantId',
  'gcpProjectId',
  'gcpProjectNumber',
  'gcpServiceAccountEmail',
  'nebiusTenantId',
  'ociTenancyId',
  'ociDomainId',
];

const TOP_KEYS = [
  KEY,
  ...Object.keys(OLD_BLOCKS),
  'x-omnistrate-image-registry-attributes',
  'x-omnistrate-integrations',
  'x-omnistrate-load-balancer',
];

/** Whether a compose file has keys of the platform at all. */
export function isOfPlan({ written, services }: Project): boolean {
  return [written, ...services.map((service) => service.written)].some((object) =>
    Object.keys(object).some((key) => key.startsWith('x-omnistrate-')),
  );
}

/** Whether instances of many tenants stand on the same machines. */
export function isMultiTenant({ written }: Project): boolean {
  return asText(asObject(written[KEY]).tenancyType) === MULTI;
}

export function readServicePlan(project: Project): ReadPlan {
  const { written, locate } = project;
  const keys = Object.keys(written).filter((key) => key.startsWith('x-omnistrate-'));
  if (!isOfPlan(project)) return { servicePlan: undefined, problems: [] };
  const plan = asObject(written[KEY]);
  const old = keys.filter((key) => key in OLD_BLOCKS);
  const blocks = Object.keys(asObject(plan.deployment));
  const [hosting] = [
    ...blocks.flatMap((block) => BLOCKS[block] ?? []),
    ...old.flatMap((key) => OLD_BLOCKS[key] ?? []),
  ];
  return {
    servicePlan: {
      name: asText(plan.name) ?? project.name,
      tenancy: asText(plan.tenancyType),
      hosting: hosting ?? 'the platform’s account',
    },
    problems: [
      ...unknownKeys(keys, project),
      ...tenancyProblems(plan, project),
      ...deploymentProblems(plan, old, project),
      ...accountProblems({ ...asObject(plan.deployment), ...pick(written, old) }, project),
      ...cellProblems(plan, locate([KEY, 'features'])),
    ],
  };
}

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.map((key) => [key, object[key] ?? null]));
}

function unknownKeys(keys: readonly string[], { locate }: Project): readonly Problem[] {
  return keys
    .filter((key) => !TOP_KEYS.includes(key))
    .map((key) => unknown(`"${key}"`, nearest(key, TOP_KEYS), locate([key])));
}

function unknown(what: string, near: string | undefined, at: ReturnType<Project['locate']>): Problem {
  return servicePlanProblems.SERVICE_PLAN_DOUBT(
    `${what} is not known to this version, and is carried as it is`,
    at,
    'what is not known is not merged',
    near === undefined ? 'check its name' : `did you mean "${near}"?`,
  );
}

function tenancyProblems(plan: JsonObject, { locate }: Project): readonly Problem[] {
  const type = asText(plan.tenancyType);
  const at = locate([KEY, 'tenancyType']);
  if (type === undefined) return [];
  if (!TENANCIES.includes(type)) {
    const near = nearest(type, TENANCIES);
    const fix = near === undefined ? `use one of ${TENANCIES.join(', ')}` : `did you mean "${near}"?`;
    return [servicePlanProblems.SERVICE_PLAN(`has the tenancyType "${type}", which is not known`, at, fix)];
  }
  if (type !== CUSTOM) return [];
  const why = 'the platform documents it for other formats than compose files';
  return [
    servicePlanProblems.SERVICE_PLAN_DOUBT(
      `tenancyType "${CUSTOM}" in a compose file`,
      at,
      why,
      `use ${DEDICATED} or ${MULTI}`,
    ),
  ];
}

function deploymentProblems(
  plan: JsonObject,
  old: readonly string[],
  { locate }: Project,
): readonly Problem[] {
  const blocks = Object.keys(asObject(plan.deployment));
  const at = (name: string) => locate([KEY, 'deployment', name]);
  const known = Object.keys(BLOCKS);
  const all = [...blocks, ...old];
  const last = all.at(-1) ?? '';
  return [
    ...blocks
      .filter((name) => !known.includes(name))
      .map((name) => {
        const near = nearest(name, known);
        const fix = near === undefined ? `use one of ${known.join(', ')}` : `did you mean "${near}"?`;
        return servicePlanProblems.SERVICE_PLAN(
          `has the deployment "${name}", which is not known`,
          at(name),
          fix,
        );
      }),
    ...(all.length > 1
      ? [
          servicePlanProblems.SERVICE_PLAN_DOUBT(
            `the service plan has several deployments: ${all.join(', ')}`,
            at(last) ?? locate([last]),
            'a plan says one place where its tenants run',
            'make a plan of its own for each',
          ),
        ]
      : []),
    ...old.map((key) =>
      servicePlanProblems.SERVICE_PLAN_DOUBT(
        `"${key}" is an old form`,
        locate([key]),
        'the platform still reads it',
        `write ${KEY}: {deployment: {${key.endsWith('byoa') ? 'byoaDeployment' : 'hostedDeployment'}: {...}}}`,
      ),
    ),
  ];
}

function accountProblems(blocks: JsonObject, { locate }: Project): readonly Problem[] {
  const known = new Set(ACCOUNT_KEYS.map((key) => key.toLowerCase()));
  return Object.entries(blocks).flatMap(([block, value]) =>
    Object.keys(asObject(value))
      .filter((key) => !known.has(key.toLowerCase()))
      .map((key) =>
        unknown(
          `"${key}" of ${block}`,
          nearest(key, ACCOUNT_KEYS),
          locate([KEY, 'deployment', block, key]) ?? locate([block, key]),
        ),
      ),
  );
}

/** The platform places deployments of dedicated, non-hosted plans only. */
function cellProblems(plan: JsonObject, at: ReturnType<Project['locate']>): readonly Problem[] {
  const placement = asObject(plan.features).CUSTOM_DEPLOYMENT_CELL_PLACEMENT;
  if (placement === undefined) return [];
  const most = isObject(placement) ? placement.maximumDeploymentsPerCell : undefined;
  const isCount = most === undefined || (typeof most === 'number' && Number.isInteger(most) && most >= 1);
  return [
    ...(isCount
      ? []
      : [
          servicePlanProblems.SERVICE_PLAN(
            `has a maximumDeploymentsPerCell of ${JSON.stringify(most)}`,
            at,
            'write a whole number from 1',
          ),
        ]),
    ...(asText(plan.tenancyType) === MULTI
      ? [
          servicePlanProblems.SERVICE_PLAN_DOUBT(
            'CUSTOM_DEPLOYMENT_CELL_PLACEMENT in a multi-tenant plan',
            at,
            'the platform places multi-tenant cells itself',
            'remove the feature',
          ),
        ]
      : []),
  ];
}
