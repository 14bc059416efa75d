/** `volumes_from`: the other service's volumes at the same paths, as Docker gives them. */
import { asList, asObject, asText, asTexts } from './json.js';
import type { Json, JsonObject, Project, Service } from './project.js';

/** A reference to another service of the project; undefined for `container:NAME`. */
export function volumesSource(
  text: string,
): { readonly service: string; readonly isReadOnly: boolean } | undefined {
  const [service = '', mode] = text.split(':');
  return service === 'container' ? undefined : { service, isReadOnly: mode === 'ro' };
}

/** The service with the named volumes and bind mounts of those that it takes volumes from; its own have the last word. */
export function inheritVolumes(service: Service, project: Project): Service {
  const names = asTexts(service.resolved.volumes_from);
  if (names.length === 0) return service;
  return {
    ...service,
    resolved: { ...service.resolved, volumes: inherited(service, 'resolved', project, []) },
    written: { ...service.written, volumes: inherited(service, 'written', project, []) },
  };
}

function inherited(
  service: Service,
  form: 'resolved' | 'written',
  project: Project,
  path: readonly string[],
): readonly Json[] {
  const own = asList(service[form].volumes);
  if (path.includes(service.name)) return own;
  const others = asTexts(service.resolved.volumes_from).flatMap((text) => {
    const source = volumesSource(text);
    const from = project.services.find(({ name }) => name === source?.service);
    if (source === undefined || from === undefined) return [];
    return inherited(from, form, project, [...path, service.name])
      .map(asObject)
      .filter(isShared)
      .map((volume): JsonObject => (source.isReadOnly ? { ...volume, read_only: true } : volume));
  });
  const byTarget = new Map<string, Json>();
  for (const volume of [...others, ...own]) byTarget.set(asText(asObject(volume).target) ?? '', volume);
  return [...byTarget.values()];
}

/** An anonymous volume has no name by which a second mount could be made; a tmpfs is not shared by Docker either. */
function isShared({ type, source }: JsonObject): boolean {
  return type !== 'tmpfs' && source !== undefined;
}
