/** A chart's numbers as a table: one row per step, one column per curve, nothing thinned. */
import { labelOf } from './readings.ts';
import type { ChartData } from './chart-data.ts';

/** Rows written before the page gets its turn again. */
const rowsAtOnce = 5000;

/** A field as RFC 4180 wants it. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Comma-separated values in pieces: step, seconds, then every curve as measured and, where it is, smoothed. A curve that
 * has no point at a step leaves its field empty; what was measured and is no number is written NaN or Infinity.
 * @param title names a chart's only curve, which has no name of its own
 */
export function* csvPieces({ curves }: ChartData, title: string): Generator<string> {
  const columns = curves.flatMap((curve) => {
    const name = labelOf(curve) || title;
    const measured = { curve, name, values: curve.values };
    return curve.smoothed
      ? [measured, { curve, name: `${name}, smoothed`, values: curve.smoothed }]
      : [measured];
  });
  yield `${['step', 'seconds', ...columns.map(({ name }) => field(name))].join(',')}\n`;
  const next = curves.map(() => 0);
  const stepOf = (c: number) => curves[c]?.step[next[c] ?? 0] ?? Infinity;
  let lines: string[] = [];
  for (;;) {
    const step = curves.reduce((least, _, c) => Math.min(least, stepOf(c)), Infinity);
    if (step === Infinity) break;
    const at = curves.map((_, c) => (stepOf(c) === step ? (next[c] ?? 0) : -1));
    const timed = at.findIndex((i) => i >= 0);
    const cells = columns.map(({ curve, values }) => values[at[curves.indexOf(curve)] ?? -1] ?? '');
    lines.push([step, curves[timed]?.seconds[at[timed] ?? 0] ?? '', ...cells].join(','));
    for (const [c, i] of at.entries()) if (i >= 0) next[c] = i + 1;
    if (lines.length < rowsAtOnce) continue;
    yield `${lines.join('\n')}\n`;
    lines = [];
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`;
}

/** The same as a file, written without holding up the page. */
export async function csvFile(data: ChartData, title: string): Promise<Blob> {
  const pieces: string[] = [];
  for (const piece of csvPieces(data, title)) {
    pieces.push(piece);
    await new Promise((resolve) => setTimeout(resolve));
  }
  return new Blob(pieces, { type: 'text/csv' });
}
