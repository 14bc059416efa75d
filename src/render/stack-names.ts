/** Names by which Compose lets services be found beside their own; a swarm knows them as aliases on networks alone. */
import { asObject, asText, asTexts } from '../compose/json.js';
import type { JsonObject } from '../compose/project.js';

type Services = readonly (readonly [name: string, written: JsonObject])[];

/** An alias of `links` that `service` asks for, on a network that it shares with the target. */
interface Link {
  readonly service: string;
  readonly target: string;
  readonly alias: string;
  readonly network: string;
}

export interface Named {
  readonly services: Services;
  /** Service → aliases of its links that would name another service too, now that all on the network see them. */
  readonly lost: ReadonlyMap<string, readonly string[]>;
}

export function stackNames(services: Services): Named {
  const own = services.map(([name, written]) => [name, withContainerName(written)] as const);
  const links = linksOf(own);
  const isKept = ({ target, alias, network }: Link) =>
    [...ownersOf(alias, network, own, links)].every((owner) => owner === target);
  const kept = links.filter(isKept);
  const lost = links.filter((link) => !isKept(link));
  return {
    services: own.map(([name, written]) => [
      name,
      withAliases(written, (network) =>
        kept.filter((link) => link.target === name && link.network === network).map(({ alias }) => alias),
      ),
    ]),
    lost: new Map(lost.map(({ service }) => [service, aliasesLostBy(service, lost)])),
  };
}

function aliasesLostBy(service: string, lost: readonly Link[]): readonly string[] {
  return [...new Set(lost.filter((link) => link.service === service).map(({ alias }) => alias))];
}

function withContainerName(written: JsonObject): JsonObject {
  const name = asText(written.container_name);
  return name === undefined ? written : withAliases(written, () => [name]);
}

function withAliases(written: JsonObject, more: (network: string) => readonly string[]): JsonObject {
  if (written.networks === undefined) return written;
  const networks = Object.entries(asObject(written.networks)).map(([network, settings]) => {
    const aliases = [...new Set([...asTexts(asObject(settings).aliases), ...more(network)])];
    return [network, aliases.length === 0 ? settings : { ...asObject(settings), aliases }] as const;
  });
  return { ...written, networks: Object.fromEntries(networks) };
}

function linksOf(services: Services): readonly Link[] {
  const networksOf = new Map(services.map(([name, { networks }]) => [name, Object.keys(asObject(networks))]));
  return services.flatMap(([service, written]) =>
    asTexts(written.links).flatMap((link) => {
      const [target = '', alias = target] = link.split(/:(.*)/s);
      if (alias === target) return [];
      const shared = (networksOf.get(target) ?? []).filter((network) =>
        networksOf.get(service)?.includes(network),
      );
      return shared.map((network) => ({ service, target, alias, network }));
    }),
  );
}

/** All that the name would lead to. */
function ownersOf(
  alias: string,
  network: string,
  services: Services,
  links: readonly Link[],
): ReadonlySet<string> {
  const called = services.filter(([name, { networks }]) => {
    const settings = asObject(networks)[network];
    return settings !== undefined && (name === alias || asTexts(asObject(settings).aliases).includes(alias));
  });
  const linked = links.filter((link) => link.alias === alias && link.network === network);
  return new Set([...called.map(([name]) => name), ...linked.map(({ target }) => target)]);
}
