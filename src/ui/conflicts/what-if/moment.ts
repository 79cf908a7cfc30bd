/** The last measured step of a run, as the methods are asked about it. */
import { infoFor } from '#data/resolve.ts';
import { effectiveBatchSize, stepsPerEpoch } from '#experiment/training.ts';
import type { Experiment } from '#experiment/schema.ts';
import { lowerBound } from '#lib/decimate.ts';
import { wholeGramian } from '#lib/gramian.ts';
import type { SeriesTable } from '#lib/series.ts';
import type { RunState } from '#stores/run-state.ts';
import type { Moment } from './directions.ts';

export interface MeasuredMoment extends Moment {
  readonly step: number;
  /** What the gradients are taken by. */
  readonly by: 'representation' | 'parameters';
  /** Ids of the tasks without a label in the batch. */
  readonly unlabelled: readonly string[];
  /** [T] weights that the run trained with then; NaN where they are not known. */
  readonly live: Float64Array;
}

/** The numbers of a run that a moment is read from. */
export type Measurements = Pick<RunState, 'gramians' | 'layerGramians' | 'series' | 'experiment'>;

/** The latest Gramian, measured in the step or, where there is none, added up over the layers; null before any. */
export function momentOf({
  gramians,
  layerGramians,
  series,
  experiment,
}: Measurements): MeasuredMoment | null {
  if (!experiment || experiment.tasks.length < 2) return null;
  const tasks = experiment.tasks.map(({ id }) => id);
  const count = tasks.length;
  const lastLayers = layerGramians.at(-1);
  if (gramians.length > 0) {
    const step = gramians.last('step');
    const products = gramians.columns.slice(2).map((column) => gramians.last(column));
    const losses = tasks.map((task) => rowAt(series, `loss/${task}`, step));
    const by = gramians.last('byParameters') === 1 ? 'parameters' : 'representation';
    return {
      ...withLosses(losses, tasks, series, experiment, step),
      gramian: wholeGramian(products, count),
      by,
    };
  }
  if (!lastLayers) return null;
  const { step, losses } = lastLayers;
  const gramian = wholeGramian(overLayers(lastLayers), count);
  return { ...withLosses([...losses], tasks, series, experiment, step), gramian, by: 'parameters' };
}

/** Products by all layers together, the sum over the layers: [T(T+1)/2]. */
export function overLayers({ layers, gramians }: RunState['layerGramians'][number]): Float64Array {
  const pairs = gramians.length / Math.max(1, layers.length);
  const sum = new Float64Array(pairs);
  for (const [at, product] of gramians.entries()) sum[at % pairs] = (sum[at % pairs] ?? 0) + product;
  return sum;
}

function withLosses(
  losses: readonly number[],
  tasks: readonly string[],
  series: SeriesTable,
  experiment: Experiment,
  step: number,
): Omit<MeasuredMoment, 'gramian' | 'by'> {
  return {
    step,
    tasks,
    losses: Float64Array.from(losses, (loss) => (Number.isNaN(loss) ? 0 : loss)),
    unlabelled: tasks.filter((_, t) => Number.isNaN(losses[t] ?? Number.NaN)),
    learningRate: rowAt(series, 'learningRate', step),
    live: Float64Array.from(tasks, (task) => rowAt(series, `weight/${task}`, step)),
    stepsPerEpoch: epochSteps(experiment),
  };
}

/** A column's value at a step, or at the last one before that is there. */
function rowAt(series: SeriesTable, column: string, step: number): number {
  const steps = series.column('step');
  const at = Math.min(lowerBound(steps, step), steps.length - 1);
  return series.column(column)[at] ?? Number.NaN;
}

function epochSteps({ data, training }: Experiment): number {
  const { train } = infoFor(data).counts;
  return stepsPerEpoch(train, effectiveBatchSize(train, training.batchSize));
}
