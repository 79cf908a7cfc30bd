/** What was measured of the gradients as curves: norms per task, cosines per pair, on the x axis of all other curves. */
import type { Experiment } from '#experiment/schema.ts';
import { lowerBound } from '#lib/decimate.ts';
import type { SeriesTable } from '#lib/series.ts';
import { Smoother } from '#lib/smooth.ts';
import { type RunState, runStore } from '#stores/run-state.ts';
import { viewStore } from '#stores/view.ts';
import { strategyOf } from '#strategies/index.ts';
import type { ChartInput, ChartSpec, Curve } from '../charts/chart-data.ts';
import { throttled } from '../charts/framed.ts';
import { type CurveChart, weightChart } from '../results/curve-charts.ts';
import { axisOf } from '../results/curve-data.ts';
import { taskColour } from '../task-colour.ts';
import { cosineColumn, normColumn, type Pair, pairKey } from './measured.ts';

export type Tasks = Experiment['tasks'];

/** The tasks' weights under a method. */
export function weightsOverTime({ tasks, strategy }: Experiment): CurveChart {
  const chart = weightChart(tasks);
  return {
    ...chart,
    id: 'conflict-weights',
    subtitle: strategyOf(strategy.kind).name,
    sources: chart.sources.map((source) => ({ ...source, smooth: true })),
  };
}

/** The same with a mark where the method was changed in mid-run. */
export function withMethodMark(input: ChartInput): ChartInput {
  const { experiment, methodSince: step, series } = runStore.getState();
  if (!experiment || step === 0) return input;
  const seconds = series.column('seconds')[lowerBound(series.column('step'), step)] ?? series.last('seconds');
  const mark = { step, seconds, label: strategyOf(experiment.strategy.kind).name };
  return { ...input, data: { ...input.data, marks: [...input.data.marks, mark] } };
}

export const normSpec: ChartSpec = {
  id: 'gradient-norms',
  title: 'Gradient norms',
  subtitle: 'per task',
  unit: 'value',
  canLog: true,
};

export const cosineSpec: ChartSpec = {
  id: 'gradient-cosines',
  title: 'Gradient cosines',
  subtitle: 'below zero: in conflict',
  unit: 'value',
  canLog: false,
  symmetric: true,
};

/** "top left · bottom right" */
export const pairName = (tasks: Tasks, [i, j]: Pair): string =>
  `${tasks[i]?.name ?? i} · ${tasks[j]?.name ?? j}`;

/** The norm of every task's gradient, without hidden tasks. */
export function readNorms(tasks: Tasks, hidden: ReadonlySet<string>): ChartInput {
  const { gramians } = runStore.getState();
  return inputOf(
    tasks.flatMap(({ id, name }, index) => {
      if (hidden.has(id)) return [];
      const look = { name, colour: taskColour(index) };
      return [curveOf(`norm/${id}`, look, normColumn(gramians, index, tasks.length))];
    }),
  );
}

/**
 * The cosine of some pairs, in the colours of both tasks.
 * @param shown the step that the heat map shows, marked; null for the latest
 */
export function readCosines(tasks: Tasks, pairs: readonly Pair[], shown: number | null): ChartInput {
  const { gramians } = runStore.getState();
  const input = inputOf(
    pairs.map((pair) => {
      const look = { name: pairName(tasks, pair), colour: taskColour(pair[0]), stripe: taskColour(pair[1]) };
      return curveOf(`cosine/${pairKey(pair)}`, look, cosineColumn(gramians, pair, tasks.length));
    }),
  );
  if (shown === null) return input;
  const row = lowerBound(gramians.column('step'), shown);
  const seconds = secondsOf(runStore.getState())[row] ?? 0;
  return {
    ...input,
    data: { ...input.data, marks: [...input.data.marks, { step: shown, seconds, label: 'shown' }] },
  };
}

function inputOf(curves: readonly Curve[]): ChartInput {
  const run = runStore.getState();
  const { xAxis, logX, logY } = viewStore.getState();
  return withMethodMark({ axis: axisOf(run, xAxis, logX), logY, data: { curves, marks: [] } });
}

function curveOf(id: string, look: Pick<Curve, 'name' | 'colour' | 'stripe'>, values: Float64Array): Curve {
  const { gramians } = runStore.getState();
  const { smoothing } = viewStore.getState();
  return {
    id,
    role: '',
    dashed: false,
    ...look,
    step: gramians.column('step'),
    seconds: secondsOf(runStore.getState()),
    values,
    ...(smoothing > 0 ? { smoothed: smoothed(gramians, id, values, smoothing) } : {}),
  };
}

const smoothers = new WeakMap<SeriesTable, Map<string, Smoother>>();

function smoothed(table: SeriesTable, id: string, values: Float64Array, weight: number): Float64Array {
  const ofTable = smoothers.get(table) ?? new Map<string, Smoother>();
  smoothers.set(table, ofTable);
  let smoother = ofTable.get(id);
  if (smoother?.weight !== weight) smoother = new Smoother(weight);
  ofTable.set(id, smoother);
  return smoother.extend(values);
}

interface Times {
  seconds: Float64Array;
  /** Rows whose step has reported its time. */
  known: number;
}

const times = new WeakMap<SeriesTable, Times>();

/** Seconds of training at every measured step: of that step's own report, or of the last one while it is on its way. */
function secondsOf({ series, gramians }: RunState): Float64Array {
  const of: Times = times.get(gramians) ?? { seconds: new Float64Array(1024), known: 0 };
  times.set(gramians, of);
  const rows = gramians.length;
  if (rows > of.seconds.length) {
    const grown = new Float64Array(Math.max(rows, of.seconds.length * 2));
    grown.set(of.seconds);
    of.seconds = grown;
  }
  const [measured, steps, seconds] = [
    gramians.column('step'),
    series.column('step'),
    series.column('seconds'),
  ];
  for (let row = of.known; row < rows; row++) {
    const at = lowerBound(steps, measured[row] ?? 0);
    of.seconds[row] = seconds[at] ?? seconds.at(-1) ?? 0;
    if (at < steps.length && of.known === row) of.known++;
  }
  return of.seconds.subarray(0, rows);
}

/** Tells when what was measured is to be read anew: at most every so many milliseconds, and at once for another run. */
export function subscribeMeasured(milliseconds: number): (changed: () => void) => () => void {
  return (changed) => {
    const later = throttled(changed, milliseconds);
    const stop = runStore.subscribe((state, before) => {
      if (state.run !== before.run) changed();
      else if (state.revision !== before.revision || state.gramians !== before.gramians) later.call();
    });
    return () => {
      later.cancel();
      stop();
    };
  };
}
