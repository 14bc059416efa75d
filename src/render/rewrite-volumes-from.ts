/** `volumes_from` of a dedicated service: the container of a member is gone, its volumes are not. */
import { inheritVolumes, volumesSource } from '../compose/inherit-volumes.js';
import { asTexts } from '../compose/json.js';
import type { JsonObject, Project } from '../compose/project.js';
import type { BundleOf } from './rewrite-references.js';

/** As written where no member is named; else with the member's volumes in its own list. */
export function rewriteVolumesFrom(
  name: string,
  written: JsonObject,
  project: Project,
  bundleOf: BundleOf,
): JsonObject {
  const entries = asTexts(written.volumes_from);
  const kept = entries.filter((text) => !bundleOf.has(volumesSource(text)?.service ?? ''));
  const service = project.services.find((one) => one.name === name);
  if (service === undefined || kept.length === entries.length) return written;
  const { volumes_from: _, ...rest } = inheritVolumes(service, project).written;
  return kept.length === 0 ? rest : { ...rest, volumes_from: kept };
}
