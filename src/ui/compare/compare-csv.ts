/**
 * Compared curves as a table: a row for every run, part and step, as measured, nothing thinned and nothing averaged. What is
 * not known leaves its field empty.
 */
import { loadColumns } from '#stores/kept-curves.ts';
import { nameOf, type RunRecord } from '#stores/library.ts';
import type { Curve } from '../charts/chart-data.ts';
import type { CompareChart } from './compare-charts.ts';
import { unitOf } from './run-axis.ts';
import { stepCurve, validationCurve } from './run-curves.ts';

const columns = [
  'quantity',
  'run',
  'id',
  'seed',
  'part',
  'step',
  'epoch',
  'seconds',
  'flops',
  'backwardPasses',
  'value',
  'smoothed',
];

/** A field as RFC 4180 wants it. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Digits beyond the ninth are of the arithmetic, not of the run. */
const digits = (value: number) => (Number.isNaN(value) ? '' : String(Number(value.toPrecision(9))));

function rowsOf(chart: CompareChart, run: RunRecord, curve: Curve): string {
  const lead = [chart.title, nameOf(run), run.id, String(run.experiment.seed), curve.role]
    .map(field)
    .join(',');
  const [epoch, flops, passes] = (['epoch', 'flops', 'passes'] as const).map((axis) =>
    unitOf(run.experiment, axis),
  );
  const { smoothed, values } = curve;
  let text = '';
  for (const [i, step] of curve.step.entries()) {
    const at = [
      step,
      step * (epoch ?? 0),
      curve.seconds[i] ?? Number.NaN,
      step * (flops ?? 0),
      step * (passes ?? 0),
    ];
    const value = values[i] ?? Number.NaN;
    const drawn = smoothed ? digits(smoothed[i] ?? Number.NaN) : '';
    text += `${lead},${at.map(digits).join(',')},${Number.isNaN(value) ? 'NaN' : digits(value)},${drawn}\n`;
  }
  return text;
}

/** Comma-separated values of some charts; pieces of a run at a time, so that the page is not held up. */
export async function csvOfCharts(
  charts: readonly CompareChart[],
  runs: readonly RunRecord[],
  smoothing: number,
): Promise<Blob> {
  const pieces = [`${columns.join(',')}\n`];
  const view = { x: 'step', smoothing } as const;
  for (const chart of charts)
    for (const run of runs) {
      const source = chart.steps(run);
      if (source) await loadColumns(run, source.kind, ['step', ...source.columns]);
      if (source) await loadColumns(run, 'metrics', ['step', 'seconds']);
      for (const curve of [stepCurve(chart, run, view), validationCurve(chart, run, view)])
        if (curve) pieces.push(rowsOf(chart, run, curve));
      await new Promise((resolve) => setTimeout(resolve));
    }
  return new Blob(pieces, { type: 'text/csv' });
}

/** The same of one chart. */
export const csvOfChart = (chart: CompareChart, runs: readonly RunRecord[], smoothing: number) =>
  csvOfCharts([chart], runs, smoothing);
