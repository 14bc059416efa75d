/** Ports as people write them: `80`, `8000-8010`. */

/** The numbers, sorted, each run of neighbours as one text. */
export function portRanges(ports: readonly number[]): readonly string[] {
  const runs: { first: number; last: number }[] = [];
  for (const port of ports.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && port <= run.last + 1) run.last = port;
    else runs.push({ first: port, last: port });
  }
  return runs.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
}
