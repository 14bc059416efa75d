/** What a person should know of a bundle: what members share that was their own, and what will surprise. */
import { asObject, asText } from '../compose/json.js';
import type { JsonObject } from '../compose/project.js';
import type { ImageFacts } from '../images/image-facts.js';
import { leavesForeground } from './leaves-foreground.js';
import type { Note } from './note.js';
import type { Member } from './plan.js';
import { userId } from './user-id.js';

/** `united`: the bundle's service. */
export function findNotes(
  members: readonly Member[],
  images: ReadonlyMap<string, ImageFacts>,
  united: JsonObject,
): readonly Note[] {
  const shared = [
    ...limitNotes(members, united),
    ...weightNotes(members, united),
    ...userNotes(members, images),
    ...onceNotes(members, united),
    ...criticalNotes(members, united),
  ];
  return [...(members.length < 2 ? [] : shared), ...members.flatMap(backgroundNote)];
}

const LIMITED = { cpus: 'processors', memory: 'memory', pids: 'process ids' } as const;

function limitNotes(members: readonly Member[], united: JsonObject): readonly Note[] {
  const limits = asObject(asObject(asObject(united.deploy).resources).limits);
  const names = Object.entries(LIMITED).flatMap(([key, name]) => (limits[key] === undefined ? [] : [name]));
  if (names.length === 0) return [];
  const shared = `limits of ${names.join(', ')} are the bundle's where it may not make control groups: one member can then use what was meant for another`;
  const killed =
    limits.memory === undefined
      ? ''
      : '; out of memory, the kernel ends the largest process of all members, a choice that oom_score_adj steers';
  return [{ members: members.map(({ service }) => service), note: `${shared}${killed}` }];
}

function weightNotes(members: readonly Member[], { cpu_shares }: JsonObject): readonly Note[] {
  return cpu_shares === undefined
    ? []
    : [
        {
          members: members.map(({ service }) => service),
          note: 'cpu_shares weigh the bundle against other containers: where it may not make control groups, members among themselves are equal',
        },
      ];
}

const AS_NEIGHBOURS = 'where a container was granted nothing (rung chroot)';

function who(id: number): string {
  return id === 0
    ? 'starts as root, which can signal every member and trace those that are root too,'
    : `starts with user id ${id}, and can signal and trace the others with it,`;
}

/** Of the user that a member starts as: what it changes to is not known. */
function userNotes(members: readonly Member[], images: ReadonlyMap<string, ImageFacts>): readonly Note[] {
  const ids = new Map<number, string[]>();
  for (const { service, launch } of members) {
    const { user } = launch;
    const id = typeof user === 'string' ? userId(images.get(service)?.passwd ?? '', user) : undefined;
    if (id !== undefined) ids.set(id, [...(ids.get(id) ?? []), service]);
  }
  return [...ids]
    .filter(([id, services]) => services.length > 1 || id === 0)
    .sort(([a], [b]) => a - b)
    .map(([id, services]) => ({ members: services, note: `${who(id)} ${AS_NEIGHBOURS}` }));
}

/** The Engine starts a container of its own again by its policy alone (moby, restartmanager). */
function onceNotes(members: readonly Member[], { restart }: JsonObject): readonly Note[] {
  const once = members.filter(({ program }) => program.autorestart === 'false').map(({ service }) => service);
  return restart === 'no' || once.length === 0
    ? []
    : [
        {
          members: once,
          note: `${once.length > 1 ? 'run' : 'runs'} again whenever the Engine starts the bundle again (by its policy "${asText(restart)}")`,
        },
      ];
}

/** init has done what the member's own policy asks for; then the bundle's policy begins. */
function criticalNotes(members: readonly Member[], { restart }: JsonObject): readonly Note[] {
  const ends = members.filter(
    ({ program, launch }) =>
      launch.critical && (program.autorestart === 'false' || launch.restart.attempts !== null),
  );
  const note = `${ends.length > 1 ? 'are' : 'is'} critical: a failure for good ends the bundle, which the Engine then starts again with all members (policy "${asText(restart)}"), each anew; x-bundle: {critical: false} leaves the others running`;
  return restart === 'no' || ends.length === 0 ? [] : [{ members: ends.map(({ service }) => service), note }];
}

function backgroundNote({ service, launch }: Member): readonly Note[] {
  const name = leavesForeground(launch.args);
  if (name === undefined) return [];
  const note = `${name} puts itself into the background, unless its configuration says otherwise: its container ends then, and so does the member`;
  return [{ members: [service], note }];
}
