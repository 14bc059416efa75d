/** An example of every problem that is found before or after planning; those of planning have fixtures. */
import { driftProblem, rungProblem, staysPushed } from '../src/build-problems.js';
import { usageProblems } from '../src/cli/usage-problems.js';
import { verifyProblems } from '../src/cli/verify/verify-problems.js';
import { sourceProblems } from '../src/compose/source-problems.js';
import { composeFailure } from '../src/engine/compose-failure.js';
import {
  buildStepFailed,
  COMPOSE_FIXES,
  commandMissing,
  composeFailed,
  composeMissing,
  composeTooOld,
  composeV1,
  connectionLost,
  contextUnknown,
  diskFull,
  dockerForbidden,
  dockerUnreachable,
  engineRefused,
  notAnEngine,
  pullFailed,
  pushFailed,
} from '../src/engine/docker-problems.js';
import { inputProblems } from '../src/input-problems.js';
import { planProblems } from '../src/plan/plan-problems.js';
import { interruption, type Problem } from '../src/problems.js';
import { templateUnfit } from '../src/render/template-unfit.js';
import { leftBehind } from '../src/take-back.js';

const ENDPOINT = 'unix:///var/run/docker.sock';
const AT = { file: 'parts/mail.yaml', line: 4, column: 9 };

export async function problemExamples(): Promise<readonly Problem[]> {
  return [...ofFiles(), ...(await saidByCompose()), ...ofInput(), ...ofDocker(), ...ofBundles()];
}

function ofFiles(): readonly Problem[] {
  return [
    sourceProblems.FILE_TOO_LARGE('compose.yaml', 32),
    sourceProblems.NESTED_TOO_DEEP('compose.yaml', 200),
    sourceProblems.ALIAS_BOMB('compose.yaml', 300_000),
    sourceProblems.TOO_MANY_FILES(1000),
    sourceProblems.COMPOSE_UNREADABLE('a text holds a line break of Unicode (U+0085, U+2028, U+2029)'),
    sourceProblems.PATH_UNCLEAR('${SITE}', AT),
    sourceProblems.VARIABLE_IN_STRUCTURE(
      '"services.queue.pull_policy" of an included or extended file is ${PULL:-missing}, where Compose needs a number or a fixed word',
      AT,
    ),
    sourceProblems.VARIABLE_SCOPED('FROM', AT),
  ];
}

const SAID = [
  'error while interpolating services.api.image: required variable TAG is missing a value: choose a version',
  'open /srv/shop/compose.yaml: no such file or directory',
  "validating compose.yaml: services.api additional properties 'enviroment' not allowed",
];

/** `package.json` opens as YAML, this file does not. */
async function saidByCompose(): Promise<readonly Problem[]> {
  const failure = (stderr: string, files: readonly string[]) =>
    composeFailure(stderr, { files, envFiles: [], profiles: [] });
  const failures = await Promise.all([
    ...SAID.map((stderr) => failure(stderr, [])),
    failure('', ['test/problem-examples.ts']),
  ]);
  return failures.flatMap(({ problems }) => problems);
}

function ofInput(): readonly Problem[] {
  return [
    interruption().problems,
    inputProblems.NO_COMPOSE_FILE(),
    inputProblems.OUTPUT_OCCUPIED('bundle', 'holds files that bundle-shared did not write'),
    inputProblems.OUTPUT_UNWRITABLE('/srv/out', 'EBUSY', '/srv/out: resource busy or locked'),
    inputProblems.TEMPLATES_UNREADABLE('mine', 'no such file or directory'),
    templateUnfit(
      'Dockerfile',
      'has not ENTRYPOINT of the plan',
      'the runtime is PID 1 of a bundle',
      'its last lines',
    ),
    usageProblems.USAGE('unknown option "--outptu"', 'did you mean --output?'),
    usageProblems.METADATA_FOLDER_MISSING('out/metadata.json'),
    usageProblems.METADATA_UNWRITABLE('out', 'it is a folder'),
    usageProblems.NOT_A_BUNDLE('redis:7'),
    usageProblems.IMAGE_UNKNOWN('shop-bundle:1.4'),
    usageProblems.WHICH_BUNDLE(undefined, ['back', 'front']),
    usageProblems.NOT_AN_OUTPUT_FOLDER('src', 'it has no plan.json'),
    planProblems.NO_IMAGE('api', undefined),
    planProblems.IMAGE_MISSING('api', 'shop-api:1', undefined),
  ].flat();
}

function ofDocker(): readonly Problem[] {
  return [
    commandMissing('docker'),
    composeMissing(),
    composeV1('1.29.2'),
    composeTooOld('2.29.7'),
    dockerUnreachable(ENDPOINT, 'connect ENOENT /var/run/docker.sock'),
    dockerForbidden(ENDPOINT),
    notAnEngine('tcp://proxy:3128', '<h1>Bad gateway</h1>'),
    connectionLost(ENDPOINT, 'the build'),
    diskFull('write /var/lib/docker/tmp/1: no space left on device'),
    engineRefused('inspecting redis:7', 'server error'),
    contextUnknown('context "prod" does not exist'),
    pushFailed('registry.example.com/shop:1', 'denied: access forbidden', []),
    pullFailed('registry.example.com/shop:1', 'manifest unknown'),
    buildStepFailed('RUN bundle-assemble', 'failed with exit code 1', undefined, []),
    ...Object.keys(COMPOSE_FIXES).map((verb) =>
      composeFailed(verb, 'failed with exit code 1', undefined, []),
    ),
  ].flatMap(({ problems }) => problems);
}

function ofBundles(): readonly Problem[] {
  const started = { code: 0, stdout: '{"userns":"unshare: operation not permitted"}', stderr: '' };
  return [
    driftProblem('cache', 'redis:7', 'sha256:1f2e', 'sha256:9c0d'),
    leftBehind('the image "shop-bundle:latest"', new Error('the Engine is gone')),
    staysPushed([`shop-back:1@sha256:${'1f2e'.repeat(16)}`]),
    rungProblem(['userns'], started),
    rungProblem(['userns'], { code: 127, stdout: '', stderr: 'exec format error' }),
    verifyProblems.MEMBER_UNHEALTHY('db', 'FATAL'),
    verifyProblems.BUNDLE_ENDED(1),
    verifyProblems.BUNDLE_UNHEALTHY('starting', 60),
    verifyProblems.BUNDLE_ABSENT('bundle'),
    verifyProblems.TRIAL_NOT_APART('bundle', 'host'),
  ].filter((problem) => problem !== undefined);
}
