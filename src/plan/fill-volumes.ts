/** What a named volume that several members mount is filled with. */
import { asList, asObject, asText } from '../compose/json.js';
import { oncePer } from '../compose/once-per.js';
import type { JsonObject, Service } from '../compose/project.js';
import type { ImageFacts } from '../images/image-facts.js';
import type { Member, MemberMount } from './plan.js';

/** Paths of a service at which it mounts a named volume that is mounted elsewhere, too. */
export function sharedVolumeTargets(service: Service, services: readonly Service[]): readonly string[] {
  const shared = sharedSources(services);
  return volumesOf(service)
    .filter((volume) => shared.has(sourceOf(volume)))
    .map(({ target }) => asText(target) ?? '');
}

/** By the services of a project: each of them asks. */
const sharedSources = oncePer((services: readonly Service[]): ReadonlySet<string> => {
  const [seen, shared] = [new Set<string>(), new Set<string>()];
  for (const source of services.flatMap(volumesOf).map(sourceOf))
    (seen.has(source) ? shared : seen).add(source);
  return shared;
});

function volumesOf({ resolved }: Service): readonly JsonObject[] {
  return asList(resolved.volumes)
    .map(asObject)
    .filter(({ type, source }) => type === 'volume' && source !== undefined);
}

function sourceOf({ source }: JsonObject): string {
  return asText(source) ?? '';
}

/** A mount that may fill its volume, with what the image has there. */
interface Place {
  readonly mount: MemberMount;
  readonly origin: string;
  readonly state: 'filled' | 'empty' | undefined;
}

/**
 * The members, in start order, with `nocopy` at every mount of such a volume but one. Compose makes containers in that
 * order, and each one's image fills the volume as long as it is empty (the Engine, `copyExistingContents`); a container
 * that has all the mounts would fill it in any order.
 */
export function fillOnce(
  members: readonly Member[],
  images: ReadonlyMap<string, ImageFacts>,
): readonly Member[] {
  const places = members.flatMap((member) => placesOf(member, images.get(member.service)));
  const others = new Set([...grouped(places).values()].flatMap(losers));
  return members.map((member) => ({
    ...member,
    mounts: member.mounts.map((mount) => (others.has(mount) ? withoutCopy(mount) : mount)),
  }));
}

function placesOf({ service, mounts }: Member, image: ImageFacts | undefined): readonly Place[] {
  if (image?.folders === undefined) return [];
  const { folders, id } = image;
  return mounts.filter(isFilled).map((mount) => {
    const path = (asText(mount.entry.target) ?? '').slice(`/srv/${service}`.length);
    return { mount, origin: `${id} ${path}`, state: folders[path] };
  });
}

/** An anonymous volume is nobody else's, and a part of a volume is there before it is mounted. */
function isFilled({ key, entry }: MemberMount): boolean {
  const { nocopy, subpath } = asObject(entry.volume);
  const isNamed = key === 'volumes' && entry.type === 'volume' && entry.source !== undefined;
  return isNamed && nocopy !== true && subpath === undefined;
}

function grouped(places: readonly Place[]): ReadonlyMap<string, readonly Place[]> {
  const found = new Map<string, Place[]>();
  for (const place of places) {
    const source = sourceOf(place.mount.entry);
    found.set(source, [...(found.get(source) ?? []), place]);
  }
  return found;
}

/** All but the first with content; of folders without, the last one gives the volume its owner and mode. */
function losers(places: readonly Place[]): readonly MemberMount[] {
  if (new Set(places.map(({ origin }) => origin)).size < 2) return [];
  const winner =
    places.find(({ state }) => state === 'filled') ?? places.findLast(({ state }) => state === 'empty');
  return winner === undefined ? [] : places.filter((place) => place !== winner).map(({ mount }) => mount);
}

function withoutCopy(mount: MemberMount): MemberMount {
  const volume = { ...asObject(mount.entry.volume), nocopy: true };
  return { ...mount, entry: { ...mount.entry, volume } };
}
