/** The fewest bundles in which no two members clash, and why each separation is needed. */
import type { Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { runtimeBytes } from '../tenancy/runtime-overhead.js';
import type { Dedicated, Group, Selected, Selection } from '../tenancy/select-members.js';
import type { Cell } from './cell.js';
import { findOuterDependencies } from './find-outer-dependencies.js';
import { fitsCell } from './fit-cell.js';
import type { Split } from './plan.js';
import { type BundleInput, planBundle } from './plan-bundle.js';

export interface SplitInput extends Omit<BundleInput, 'group'> {
  readonly selection: Selection;
  readonly cell: Cell | undefined;
  /** Warnings separate, too. */
  readonly isStrict: boolean;
}

export interface SplitSelection {
  readonly selection: Selection;
  readonly splits: readonly Split[];
}

/** Beyond so many tries the first placement that fits is taken: more bundles than needed, never a wrong one. */
const MAX_TRIES = 20_000;

/** The rules of planning decide: what is wrong with one service alone, and what with a pair. */
export function splitGroups(input: SplitInput): SplitSelection {
  const parts = input.selection.groups.map((group) => splitGroup(group, input));
  return {
    selection: {
      ...input.selection,
      groups: parts.flatMap(({ groups }) => groups),
      dedicated: [...input.selection.dedicated, ...parts.flatMap(({ dedicated }) => dedicated)].sort(
        (a, b) => (a.service < b.service ? -1 : 1),
      ),
    },
    splits: parts.flatMap(({ splits }) => splits),
  };
}

interface SplitGroup {
  readonly groups: readonly Group[];
  readonly dedicated: readonly Dedicated[];
  readonly splits: readonly Split[];
}

function splitGroup(group: Group, input: SplitInput): SplitGroup {
  const alone = group.members.map((member) => ({ member, reason: reasonOf(group, [member], input) }));
  const able = alone.filter(({ reason }) => reason === undefined).map(({ member }) => member);
  const splits = able.flatMap((second, index) =>
    able.slice(0, index).flatMap((first): Split[] => {
      const reason = reasonOf(group, [first, second], input);
      return reason === undefined ? [] : [{ services: [first.service.name, second.service.name], reason }];
    }),
  );
  const parts = place(able, splits, group, input);
  const shared = parts.filter(({ length }) => length > 1);
  // A bundle of one saves nothing: that service stays what it is, unless nothing else is left to bundle.
  const single = shared.length === 0 ? [] : parts.filter(({ length }) => length === 1).flat();
  return {
    groups: nameParts(group, shared.length === 0 ? parts : shared),
    dedicated: [
      ...alone.flatMap(({ member, reason }) =>
        reason === undefined ? [] : [{ service: member.service.name, reason: `--split: ${reason}` }],
      ),
      ...single.map(({ service }) => ({
        service: service.name,
        reason: '--split: it can share with no other',
      })),
    ],
    splits: [...splits, ...unexplained(parts, splits, input.cell)],
  };
}

/** Two bundles in which no two services clash are still apart for a reason: the cell, or a circle of waits. */
function unexplained(parts: Parts, splits: readonly Split[], cell: Cell | undefined): readonly Split[] {
  const namesOf = (part: readonly Selected[]) => part.map(({ service }) => service.name);
  return parts.flatMap((second, index) =>
    parts.slice(0, index).flatMap((first): Split[] => {
      const [here, there] = [namesOf(first), namesOf(second)];
      const isExplained = splits.some(
        ({ services }) =>
          services.some((name) => here.includes(name)) && services.some((name) => there.includes(name)),
      );
      if (isExplained) return [];
      const isTooLarge = cell !== undefined && !isInCell([...first, ...second], cell);
      const reason = isTooLarge
        ? 'all together ask for more than one cell has'
        : 'as one bundle they would wait for one that waits for them';
      return [{ services: [...here, ...there], reason }];
    }),
  );
}

/** Warnings that keep two apart: they were on separate networks, and nothing says that this did not matter. */
const SEPARATIONS = ['NETWORKS_JOINED'];

/** What keeps members out of one bundle: the first problem of planning them alone together, or the cell. */
function reasonOf(group: Group, members: readonly Selected[], input: SplitInput): string | undefined {
  const { problems } = planBundle({ ...input, group: { ...group, members } });
  const isReason = ({ severity, code }: Problem) =>
    severity === 'error' || (members.length > 1 && (input.isStrict || SEPARATIONS.includes(code)));
  return problems.find(isReason)?.message ?? reasonOfCell(members, input.cell);
}

function reasonOfCell(members: readonly Selected[], cell: Cell | undefined): string | undefined {
  if (cell === undefined || isInCell(members, cell)) return undefined;
  const names = members.map(({ service }) => `"${service.name}"`).join(' and ');
  return `${names} ask for more than one cell has`;
}

function isInCell(members: readonly Selected[], cell: Cell): boolean {
  const services: readonly Service[] = members.map(({ service }) => service);
  return fitsCell(cell, services, runtimeBytes(services.length));
}

type Parts = readonly (readonly Selected[])[];

/** Tries one bundle, then two, and so on; services in order of their names, so the answer is always the same. */
function place(
  members: readonly Selected[],
  splits: readonly Split[],
  group: Group,
  input: SplitInput,
): Parts {
  const clashes = new Set(splits.map(({ services }) => JSON.stringify(services)));
  const fits = (part: readonly Selected[], next: Selected) =>
    !part.some((one) => clashes.has(JSON.stringify([one.service.name, next.service.name]))) &&
    (input.cell === undefined || isInCell([...part, next], input.cell));
  const isRight = (parts: Parts) => !hasCycle(group, parts, input);
  const budget = { left: MAX_TRIES };
  for (let count = 1; count <= members.length; count += 1) {
    const found = search(members, [], count, { fits, isRight, budget });
    if (found !== undefined) return found;
  }
  return members.map((member) => [member]);
}

interface Search {
  readonly fits: (part: readonly Selected[], next: Selected) => boolean;
  readonly isRight: (parts: Parts) => boolean;
  readonly budget: { left: number };
}

function search(rest: readonly Selected[], parts: Parts, most: number, rules: Search): Parts | undefined {
  rules.budget.left -= 1;
  const [next, ...others] = rest;
  if (next === undefined) return rules.isRight(parts) ? parts : undefined;
  if (rules.budget.left < 0) return undefined;
  for (const [index, part] of parts.entries()) {
    if (!rules.fits(part, next)) continue;
    const found = search(others, parts.with(index, [...part, next]), most, rules);
    if (found !== undefined) return found;
  }
  return parts.length < most ? search(others, [...parts, [next]], most, rules) : undefined;
}

/** Bundles that wait for each other would be no answer. */
function hasCycle(group: Group, parts: Parts, { project, selection }: SplitInput): boolean {
  const others = selection.groups.filter(({ key }) => key !== group.key);
  return findOuterDependencies(project, [...others, ...nameParts(group, parts)]).some(
    ({ severity }) => severity === 'error',
  );
}

/** `shop:1` becomes `shop-1:1`, `shop-2:1`. */
function nameParts(group: Group, parts: Parts): readonly Group[] {
  if (parts.length === 1) return parts.map((members) => ({ ...group, members }));
  return parts.map((members, index) => ({
    key: `${group.key}-${index + 1}`,
    tag: group.tag.replace(/(:[^/:]*)?$/, (version) => `-${index + 1}${version}`),
    members,
  }));
}
