/** A bundle is one fault domain: members that are marked for different cells cannot share it. */
import type { Locate } from '../compose/project.js';
import type { Problem } from '../problems.js';
import type { Selected } from '../tenancy/select-members.js';
import { planProblems } from './plan-problems.js';

export function findCellClashes(members: readonly Selected[], locate: Locate): readonly Problem[] {
  const marked = members.filter(({ overrides }) => overrides.cell !== undefined);
  const [first, ...others] = marked;
  if (first === undefined) return [];
  return others
    .filter(({ overrides }) => overrides.cell !== first.overrides.cell)
    .map(({ service, overrides }) =>
      planProblems.CELL_CLASH(
        { service: first.service.name, cell: first.overrides.cell ?? '' },
        { service: service.name, cell: overrides.cell ?? '' },
        locate(['services', service.name, 'x-bundle', 'cell']),
      ),
    );
}
