/** Lines of a table, padded as the formatter pads. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length), 3),
  );
  const line = (row: readonly string[], fill: string) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width, fill)).join(' | ')} |`;
  const rule = widths.map(() => '-');
  return [line(head, ' '), line(rule, '-'), ...rows.map((row) => line(row, ' '))];
}
