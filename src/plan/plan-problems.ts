/** What can be wrong with combining services: one constructor per code. */
import { error, type Location, type Problem, warning } from '../problems.js';

type At = Location | undefined;

const NEEDED_EARLY = 'supervisord and the container must know it before they start';

export const planProblems = {
  IMAGE_MISSING: (service: string, reference: string, at: At): Problem =>
    error(
      'IMAGE_MISSING',
      `service "${service}" needs the image "${reference}", which the Engine does not have`,
      at,
      {
        fix: `pull or build it first: docker compose pull ${service}`,
      },
    ),

  IMAGE_UNNAMED: (service: string, id: string, at: At): Problem =>
    error('IMAGE_UNNAMED', `the image "${id}" of service "${service}" has no name`, at, {
      why: 'a build takes images by their names alone',
      fix: `give it one, and write that: docker tag ${id} NAME`,
    }),

  NO_IMAGE: (service: string, at: At): Problem =>
    error('NO_IMAGE', `service "${service}" has neither an image nor a build section`, at, {
      fix: `leave it out: --exclude ${service}`,
    }),

  NO_COMMAND: (service: string, at: At): Problem =>
    error('NO_COMMAND', `service "${service}" has nothing to run`, at, {
      why: 'neither the image nor the compose file gives an ENTRYPOINT or a command',
      fix: `give "${service}" a command, or leave it out: --exclude ${service}`,
    }),

  PLATFORM_MIX: (first: string, firstPlatform: string, second: string, platform: string, at: At): Problem =>
    error(
      'PLATFORM_MIX',
      `services "${first}" (${firstPlatform}) and "${second}" (${platform}) differ in platform`,
      at,
      {
        why: 'a bundle is one image of one platform',
        fix: `use one platform for both, or leave one out: --exclude ${second}`,
      },
    ),

  PLATFORM_OTHER: (service: string, platform: string, wanted: string, at: At): Problem =>
    error(
      'PLATFORM_OTHER',
      `the image of "${service}" is for ${platform}, and --platform says ${wanted}`,
      at,
      {
        why: 'a bundle is made of the images that are there, and runs where they run',
        fix: `say "platform: ${wanted}" of the services, or set DOCKER_DEFAULT_PLATFORM=${wanted}, and make or pull their images again`,
      },
    ),

  PORT_CLASH: (first: string, second: string, ports: string, at: At): Problem =>
    error('PORT_CLASH', `services "${first}" and "${second}" both listen on ${ports}`, at, {
      why: 'a bundle has one network, so a port can have one owner',
      fix: `give "${second}" another port, say its real ones with x-bundle: {ports: [...]}, or leave it out: --exclude ${second}`,
    }),

  PORT_MAYBE: (first: string, second: string, ports: string, at: At): Problem =>
    warning('PORT_MAYBE', `the images of "${first}" and "${second}" both expose ${ports}`, at, {
      why: 'a bundle has one network; if both really listen there, the second one fails to start',
      fix: `say what "${second}" listens on, x-bundle: {ports: []} when on nothing`,
    }),

  KEY_REFUSED: (service: string, key: string, at: At, why: string): Problem =>
    error('KEY_REFUSED', `service "${service}" uses "${key}", which a bundle cannot honour`, at, {
      why,
      fix: `remove "${key}", or leave the service out: --exclude ${service}`,
    }),

  KEY_LIMITED: (service: string, key: string, at: At, why: string, fix: string): Problem =>
    warning('KEY_LIMITED', `"${key}" of service "${service}" means less in a bundle`, at, { why, fix }),

  VALUE_REFUSED: (service: string, key: string, value: string, at: At, fix: string): Problem =>
    error(
      'VALUE_REFUSED',
      `"${key}" of service "${service}" has the value "${value}", which is not known`,
      at,
      { fix },
    ),

  RESTART_UNSAID: (service: string, at: At): Problem =>
    warning('RESTART_UNSAID', `"deploy.restart_policy" of service "${service}" has no condition`, at, {
      why: 'Compose then restarts nothing, whatever "restart" says, and a swarm always: the member is as in Compose',
      fix: 'write the condition: none, on-failure or any',
    }),

  LINK_CLASH: (service: string, alias: string, target: string, other: string, at: At): Problem =>
    error('LINK_CLASH', `"${alias}" is "${target}" for service "${service}", and "${other}" for others`, at, {
      why: 'members share one container, in which a name is one service',
      fix: `link "${target}" by another name, or leave the service out: --exclude ${service}`,
    }),

  TAG_CLASH: (tag: string, bundle: string, owner: string, isAlone: boolean, at: At): Problem =>
    error(
      'TAG_CLASH',
      `the image of bundle "${bundle}" would be named "${tag}", which is that of ${owner}`,
      at,
      {
        why: 'one name is one image: the build would take it from the other',
        fix: `give it a name of its own: ${isAlone ? '--tag' : `x-bundle: {groups: {${bundle}: {tag: ...}}}`}`,
      },
    ),

  UNITE_CLASH: (key: string, first: string, second: string, at: At): Problem =>
    error('UNITE_CLASH', `services "${first}" and "${second}" disagree on "${key}"`, at, {
      why: 'members share one container, which has one value for it',
      fix: `use the same value, or leave one out: --exclude ${second}`,
    }),

  PREFIX_CLASH: (first: string, second: string, prefix: string, at: At): Problem =>
    error('PREFIX_CLASH', `services "${first}" and "${second}" would share the variable "${prefix}"`, at, {
      why: 'a member reads its environment from variables that begin with its name in upper case',
      fix: `rename one service, or leave one out: --exclude ${second}`,
    }),

  CAPABILITY_NEEDS_GRANT: (service: string, capability: string, at: At): Problem =>
    error(
      'CAPABILITY_NEEDS_GRANT',
      `service "${service}" asks for ${capability}, which has no effect in a user namespace`,
      at,
      {
        why: 'the network and the host belong to the namespace outside of the member',
        fix: 'allow the stronger rung: --allow sys-admin, or leave the service out',
      },
    ),

  NEEDS_GRANT: (service: string, what: string, at: At, why: string): Problem =>
    error('NEEDS_GRANT', `service "${service}" asks for "${what}", which the default rung cannot give`, at, {
      why,
      fix: 'allow the stronger rung: --allow sys-admin, or leave the service out',
    }),

  LATE_BINDING: (service: string, key: string, at: At): Problem =>
    error(
      'LATE_BINDING',
      `"${key}" of service "${service}" holds a variable, and is needed before the container starts`,
      at,
      {
        why: 'values of variables never go into an image or a generated file',
        fix: `write "${key}" without a variable`,
      },
    ),

  REPLICAS_REFUSED: (service: string, count: number, at: At, why: string, remedy = ''): Problem =>
    error('REPLICAS_REFUSED', `service "${service}" has ${count} replicas`, at, {
      why,
      fix: `give it one replica${remedy}, or leave it out: --exclude ${service}`,
    }),

  VARIABLE_DECIDED: (service: string, key: string, at: At, why: string = NEEDED_EARLY): Problem =>
    warning(
      'VARIABLE_DECIDED',
      `"${key}" of service "${service}" holds a variable: its value of today is built in`,
      at,
      {
        why,
        fix: 'make the bundle again when the variable changes',
      },
    ),

  CELL_CLASH: (
    first: { readonly service: string; readonly cell: string },
    second: { readonly service: string; readonly cell: string },
    at: At,
  ): Problem =>
    error(
      'CELL_CLASH',
      `services "${first.service}" (cell "${first.cell}") and "${second.service}" (cell "${second.cell}") are marked for different cells`,
      at,
      {
        why: 'a bundle is one container, and fails as one',
        fix: `put "${second.service}" into a group of its own, or leave it out: --exclude ${second.service}`,
      },
    ),

  COMPOSE_WARNS: (text: string, at: At): Problem =>
    warning('COMPOSE_WARNS', `Compose warns: ${text.replace(/[.]\s*$/, '')}`, at, {
      fix: 'docker compose config shows the same; set the variable, or repair the file',
    }),

  SERVICE_NAME: (service: string, at: At): Problem =>
    error('SERVICE_NAME', `the name "${service}" cannot be that of a member`, at, {
      why: 'it becomes the name of a folder, a container and a program',
      fix: 'begin it with a letter or a digit, go on with letters, digits, _, . and -, and keep it below 128 of them',
    }),

  NUL_CHARACTER: (service: string, key: string, at: At): Problem =>
    error('NUL_CHARACTER', `"${key}" of service "${service}" holds a NUL character`, at, {
      why: 'the kernel ends every string at one',
      fix: 'remove it',
    }),
} as const;
