/** Runs as lines over several axes, each with a scale of its own and its better end up; and parts of axes to choose by. Pure. */
import { firstAxes, type PlotAxis, type Quantity, axisOf, isDrawn } from './trade-offs-data.ts';
import type { RowHead } from './table-data.ts';
import type { RunRecord } from '#stores/library.ts';

/** Part of an axis, in shares of its height from the bottom: 0…1. */
export interface Brush {
  readonly low: number;
  readonly high: number;
}

/** The whole axis: nothing is left out. */
export const whole: Brush = { low: 0, high: 1 };

export interface ParallelAxis extends PlotAxis {
  readonly quantity: Quantity;
  /** Whether small values are up, since they are better. */
  readonly isFlipped: boolean;
  /** Share of the height from the bottom at which a run stands; null where it has no number for it. By head. */
  readonly shares: readonly (number | null)[];
}

/** Costs and settings that span more than this factor are drawn by their logarithm. */
const wide = 8;

function isWide({ id, values }: Quantity): boolean {
  const numbers = values.map(({ mean }) => mean).filter((mean) => Number.isFinite(mean));
  if (!/^(cost|field)\//.test(id) || numbers.some((mean) => mean <= 0)) return false;
  return Math.max(...numbers) / Math.min(...numbers) > wide;
}

/** An axis whose pixels are shares of its height: 0 at the bottom, 1 at the top, where what is better is. */
export function parallelAxis(quantity: Quantity): ParallelAxis {
  const log = isWide(quantity);
  const isFlipped = quantity.direction === 'lower';
  const means = quantity.values.map(({ mean }) => mean);
  const ends = isFlipped ? { start: 1, end: 0 } : { start: 0, end: 1 };
  const axis = axisOf(means, quantity.unit, log, { ...ends, count: 5 });
  const shares = means.map((mean) => (isDrawn(mean, log) ? axis.scale.at(mean) : null));
  return { ...axis, quantity, isFlipped, shares };
}

const most = { fields: 3, tasks: 4 };

/** Axes to begin with: settings that differ, the main metric of the first tasks, the mean loss and the arithmetic. */
export function firstParallel(runs: readonly RunRecord[], quantities: readonly Quantity[]): string[] {
  const fields = quantities.filter(({ id }) => id.startsWith('field/')).slice(0, most.fields);
  const { x, y } = firstAxes(runs);
  const metrics = quantities.filter(({ id }) => id.startsWith('metric/')).map(({ id }) => id);
  const main = [x, y].filter((id) => metrics.includes(id));
  return [...fields.map(({ id }) => id), ...main, 'mean/loss', 'cost/flops'].slice(
    0,
    most.fields + most.tasks,
  );
}

/** Whether a run lies in every chosen part; one without a number lies in no part of that axis but the whole. */
export function passes(
  axes: readonly ParallelAxis[],
  brushes: Readonly<Record<string, Brush>>,
  head: number,
): boolean {
  return axes.every(({ quantity, shares }) => {
    const brush = brushes[quantity.id];
    if (!brush || (brush.low <= 0 && brush.high >= 1)) return true;
    const share = shares[head] ?? null;
    return share !== null && share >= brush.low - 1e-9 && share <= brush.high + 1e-9;
  });
}

/** A brush with one of its ends moved, the two never crossing; null where it is the whole axis again. */
export function moved(brush: Brush, end: 'low' | 'high', to: number): Brush | null {
  const at = Math.min(1, Math.max(0, to));
  const next =
    end === 'low'
      ? { low: Math.min(at, brush.high), high: brush.high }
      : { low: brush.low, high: Math.max(at, brush.low) };
  return next.low <= 0 && next.high >= 1 ? null : next;
}

/** The line of a run in pieces, broken where it has no number. */
export function linesOf(
  axes: readonly ParallelAxis[],
  head: number,
  at: { readonly x: (axis: number) => number; readonly y: (share: number) => number },
): string {
  let isOpen = false;
  const round = (value: number) => Math.round(value * 10) / 10;
  return axes
    .map(({ shares }, i) => {
      const share = shares[head] ?? null;
      if (share === null) {
        isOpen = false;
        return '';
      }
      const command = isOpen ? 'L' : 'M';
      isOpen = true;
      return `${command}${round(at.x(i))},${round(at.y(share))}`;
    })
    .join('');
}

/** The runs over some quantities as comma-separated values, numbers in full; of several seeds also the deviation. */
export function quantitiesCsv(
  heads: readonly RowHead[],
  quantities: readonly Quantity[],
  more: { readonly name: string; readonly of: (head: RowHead) => string }[] = [],
): string {
  const isFolded = heads.some(({ runs }) => runs.length > 1);
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const number = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? '' : String(value);
  const names = quantities.flatMap(({ name }) => (isFolded ? [name, `${name}, std`] : [name]));
  const lines = heads.map((head, i) => [
    head.name,
    ...quantities.flatMap(({ values }) => {
      const { mean, deviation } = values[i] ?? {};
      return isFolded ? [number(mean), number(deviation)] : [number(mean)];
    }),
    ...more.map(({ of }) => of(head)),
  ]);
  const head = ['run', ...names, ...more.map(({ name }) => name)];
  return [head, ...lines].map((line) => `${line.map(quoted).join(',')}\n`).join('');
}
