import { stripControls } from '../engine/strip-controls.js';

/** Columns as wide as their widest cell; the last one is open. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows.map((row) => row.map(cellText))];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** Cells hold text of foreign images: one stays in its row. */
function cellText(text: string): string {
  return stripControls(text.replace(/[\t\n\r]+/g, ' '));
}
