/** All that did not become part of a data set, as a table for spreadsheets. */
import Papa from 'papaparse';
import type { LeftOut } from '../importers/importer.ts';
import { applyPlan } from '../understanding/apply.ts';
import type { SheetColumn } from './sheet-columns.ts';

/** More are counted, not listed: a file of them would not open. */
const mostCells = 200_000;

type Line = readonly [what: string, name: string, row: string, reason: string];

function unreadCells(columns: readonly SheetColumn[], names: (sample: number) => string): Line[] {
  const lines: Line[] = [];
  let more = 0;
  for (const { raw, plan } of columns) {
    if (plan.kind === 'ignore') continue;
    for (const { sample, text } of applyPlan(raw, plan, '').unread) {
      if (lines.length >= mostCells) more++;
      else lines.push(['cell', names(sample), '', `“${text.slice(0, 200)}” has no place in “${plan.name}”`]);
    }
  }
  if (more > 0) lines.push(['cell', '', '', `and ${more} more cells that have no place in their columns`]);
  return lines;
}

/**
 * CSV with a header. A cell that a spreadsheet would take for a formula begins with an apostrophe.
 * @param names what a sample is called
 */
export function leftOutTable(
  leftOut: readonly LeftOut[],
  columns: readonly SheetColumn[],
  names: (sample: number) => string,
): string {
  const lines: Line[] = leftOut.map(({ kind, name, row, reason }) => [kind, name, `${row ?? ''}`, reason]);
  return Papa.unparse(
    { fields: ['what', 'name', 'row', 'reason'], data: [...lines, ...unreadCells(columns, names)] },
    { escapeFormulae: true },
  );
}
