/** Runs as points over any two quantities, and as lines over several: values, scales, and which are worth choosing between. Pure. */
import { type Direction, paretoFront } from '#studies/pareto.ts';
import { spreadOf } from '#studies/spread.ts';
import type { RunRecord } from '#stores/library.ts';
import {
  linearTicks,
  logTicks,
  logValueTicks,
  roundLogDomain,
  roundUp,
  type Scale,
  scaleOf,
  type Tick,
  valueTicks,
} from '../charts/scale.ts';
import { mainMetric } from '../tasks/scores.ts';
import type { RowHead } from './table-data.ts';
import { differingFields } from './table-fields.ts';
import { formatMeasure, measuresOf, type Part, tasksOf, type Unit } from './table-measures.ts';

/** A number that every run has, or some. */
export interface Quantity {
  readonly id: string;
  /** "top left accuracy", "learning rate" */
  readonly name: string;
  /** Heading under which it is chosen. */
  readonly group: string;
  readonly unit: Unit;
  /** Which way is better; null where neither is. */
  readonly direction: Direction | null;
  /** Mean over the seeds of each, and its deviation; NaN where there is none. In the order of the heads. */
  readonly values: readonly { readonly mean: number; readonly deviation: number }[];
}

/** Every quantity that runs may be laid out by: results, costs, and numbers of the experiment in which they differ. */
export function quantitiesOf(heads: readonly RowHead[], runs: readonly RunRecord[], part: Part): Quantity[] {
  const tasks = new Map(tasksOf(runs).map((task) => [`${task.id} ${task.kind}`, task.name]));
  const groups: Readonly<Record<string, string>> = { mean: 'All tasks', cost: 'Cost' };
  const measured = measuresOf(runs, part).map(({ id, name, group, unit, direction, of }): Quantity => {
    const values = heads.map((head) => spreadOf(head.runs.map((run) => of(run) ?? Number.NaN)));
    return { id, name, group: tasks.get(group) ?? groups[group] ?? group, unit, direction, values };
  });
  const fields = differingFields(heads.map(({ first }) => first.experiment));
  const chosen = fields
    .filter(({ isNumeric, path }) => isNumeric && path !== 'seed')
    .map(({ path, name, values }): Quantity => {
      const numbers = values.map((field) => ({ mean: field?.number ?? Number.NaN, deviation: Number.NaN }));
      return {
        id: `field/${path}`,
        name,
        group: 'Settings',
        unit: 'value',
        direction: null,
        values: numbers,
      };
    });
  return [...measured, ...chosen];
}

/** What to begin with: the first two tasks against each other; with one task, its result against what it cost. */
export function firstAxes(runs: readonly RunRecord[]): { readonly x: string; readonly y: string } {
  const [one, other] = tasksOf(runs).map((task) => `metric/${task.id}/${mainMetric(task).id}`);
  if (one === undefined) return { x: 'cost/flops', y: 'mean/loss' };
  return other === undefined ? { x: 'cost/flops', y: one } : { x: one, y: other };
}

/** A value as it is told beside a point; a setting as short as people write it. */
export function tell({ id, unit }: Pick<Quantity, 'id' | 'unit'>, value: number): string {
  if (!id.startsWith('field/')) return formatMeasure({ unit }, value);
  const short = Number(value.toPrecision(3));
  return short !== 0 && Math.abs(short) < 0.01 ? short.toExponential() : String(short);
}

/** An axis of a plot: where values lie, and its ticks. */
export interface PlotAxis {
  readonly scale: Scale;
  readonly ticks: readonly Tick[];
}

/** Whether a value can be drawn. */
export const isDrawn = (value: number, log: boolean) => Number.isFinite(value) && (!log || value > 0);

/** A round axis over what can be drawn of some values, from pixel `start` to pixel `end`. */
export function axisOf(
  values: readonly number[],
  unit: Unit,
  log: boolean,
  { start, end, count }: { readonly start: number; readonly end: number; readonly count: number },
): PlotAxis {
  const drawn = values.filter((value) => isDrawn(value, log));
  const [low, high] = [Math.min(...drawn), Math.max(...drawn)];
  const share = unit === 'share';
  const [from, to] = log ? roundLogDomain(low, high) : nearDomain(low, high, share, count);
  const places = log ? logTicks(from, to, count) : linearTicks(from, to, count);
  const ticks = log ? logValueTicks(places, share) : valueTicks(places, share);
  return { scale: scaleOf(from, to, start, end, log), ticks };
}

/** A round domain about the values rather than from zero: what matters is how they differ. */
function nearDomain(low: number, high: number, share: boolean, count: number): [number, number] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const span = high - low || Math.abs(low) * 0.2 || 1;
  const step = roundUp((span * 1.1) / count);
  const ends = [low, high].map((end, i) => {
    const beyond = end + (i === 0 ? -0.04 : 0.04) * span;
    return tidy((i === 0 ? Math.floor(beyond / step) : Math.ceil(beyond / step)) * step);
  });
  const [from = 0, to = 1] = ends;
  return [low >= 0 ? Math.max(0, from) : from, share ? Math.min(1, to) : to];
}

const tidy = (value: number) => Number(value.toPrecision(12));

/** A run in the plot. */
export interface PlotPoint {
  readonly head: RowHead;
  readonly x: number;
  readonly y: number;
  /** Of several seeds; NaN otherwise. */
  readonly deviationX: number;
  readonly deviationY: number;
  /** Null where the quantities have no better or worse. */
  readonly onFront: boolean | null;
}

export interface Plot {
  readonly points: readonly PlotPoint[];
  /** From the best x to the best y; empty where there is no front. */
  readonly front: readonly PlotPoint[];
  /** Those that have no number to be drawn at. */
  readonly missing: readonly RowHead[];
}

/** Runs over two quantities, with those that no other is better than in both. */
export function plotOf(
  heads: readonly RowHead[],
  x: Quantity,
  y: Quantity,
  log: { x: boolean; y: boolean },
): Plot {
  const placed = heads.map((head, i) => ({
    head,
    x: x.values[i]?.mean ?? Number.NaN,
    y: y.values[i]?.mean ?? Number.NaN,
    deviationX: x.values[i]?.deviation ?? Number.NaN,
    deviationY: y.values[i]?.deviation ?? Number.NaN,
  }));
  const isHere = (point: (typeof placed)[number]) => isDrawn(point.x, log.x) && isDrawn(point.y, log.y);
  const here = placed.filter(isHere);
  const hasFront = x.direction !== null && y.direction !== null && x.id !== y.id;
  const order =
    x.direction !== null && y.direction !== null && hasFront
      ? paretoFront(here, { x: x.direction, y: y.direction })
      : [];
  const chosen = new Set(order);
  const points = here.map((point, i): PlotPoint => ({ ...point, onFront: hasFront ? chosen.has(i) : null }));
  return {
    points,
    front: order.flatMap((i) => points[i] ?? []),
    missing: placed.filter((point) => !isHere(point)).map(({ head }) => head),
  };
}

/**
 * The edge of what the front dominates, in pixels: from the best x in steps to the best y, and on to the edges of the plot.
 * @param front in pixels, in the order of {@link paretoFront}
 * @param worst pixel of the worst x, and of the worst y
 */
export function stepsOf(
  front: readonly { readonly x: number; readonly y: number }[],
  worst: { readonly x: number; readonly y: number },
): string {
  const [first] = front;
  const last = front.at(-1);
  if (!first || !last) return '';
  const round = (value: number) => Math.round(value * 10) / 10;
  // Each next one is worse in x and better in y: the corner between takes the x of the next and the y of the one before.
  const steps = front.map(({ x, y }) => `H${round(x)}V${round(y)}`);
  return `M${round(first.x)},${round(worst.y)}${steps.join('')}H${round(worst.x)}`;
}
