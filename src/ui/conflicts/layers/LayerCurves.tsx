/** One layer over time: the cosines of its pairs, and how large each task's gradient is in it. */
import { useCallback, useMemo } from 'react';
import { lowerBound } from '#lib/decimate.ts';
import { type RunState, runStore } from '#stores/run-state.ts';
import { viewStore } from '#stores/view.ts';
import type { ChartInput, ChartSpec, Curve } from '../../charts/chart-data.ts';
import { Chart } from '../../charts/Chart.tsx';
import { throttled } from '../../charts/framed.ts';
import { axisOf } from '../../results/curve-data.ts';
import { taskColour } from '../../task-colour.ts';
import { pairName, type Tasks } from '../conflict-curves.ts';
import { type Pair, pairKey } from '../measured.ts';
import { historyOf } from './layer-cosines.ts';
import styles from './layers.module.css';

interface LayerCurvesProps {
  /** Of the layer, or of all together. */
  readonly path: string;
  /** "Conv 5×5" */
  readonly label: string;
  readonly tasks: Tasks;
  readonly pairs: readonly Pair[];
  /** The step that the map shows, marked; null for the latest. */
  readonly shown: number | null;
}

interface LayerSpec extends ChartSpec {
  readonly of: 'cosines' | 'norms';
}

/** Of more tasks than this only those of the pairs beside are drawn. */
const mostTasks = 8;
/** Milliseconds between two drawings while measurements come in. */
const refreshEvery = 250;

/** Tells when something was measured, or is looked at differently. */
function subscribe(changed: () => void): () => void {
  const later = throttled(changed, refreshEvery);
  const stops = [
    runStore.subscribe((state, before) => {
      if (state.layerGramians !== before.layerGramians) later.call();
    }),
    viewStore.subscribe(changed),
  ];
  return () => {
    later.cancel();
    for (const stop of stops) stop();
  };
}

export function LayerCurves({ path, label, tasks, pairs, shown }: LayerCurvesProps) {
  const isPart = tasks.length > mostTasks;
  const specs = useMemo(() => specsOf(label, isPart), [label, isPart]);
  const key = pairs.map(pairKey).join(' ');
  const read = useCallback(
    (spec: LayerSpec) => readLayer(spec, path, tasks, pairs, shown),
    // The pairs are the same as long as their key is: a new list of them alone draws nothing anew.
    // oxlint-disable-next-line react/exhaustive-deps
    [path, tasks, key, shown],
  );
  return (
    <div className={styles['curves']}>
      {specs.map((spec) => (
        <Chart key={spec.id} spec={spec} read={read} subscribe={subscribe} height={150} />
      ))}
    </div>
  );
}

function specsOf(label: string, isPart: boolean): LayerSpec[] {
  return [
    {
      id: 'layer-cosines',
      of: 'cosines',
      title: `Cosines: ${label}`,
      subtitle: 'below zero: in conflict',
      unit: 'value',
      canLog: false,
      symmetric: true,
    },
    {
      id: 'layer-norms',
      of: 'norms',
      title: `Gradient norms: ${label}`,
      subtitle: isPart ? 'of the tasks in these pairs' : 'per task',
      unit: 'value',
      canLog: true,
    },
  ];
}

function readLayer(
  spec: LayerSpec,
  path: string,
  tasks: Tasks,
  pairs: readonly Pair[],
  shown: number | null,
): ChartInput {
  const run = runStore.getState();
  const { xAxis, logX, logY } = viewStore.getState();
  const { step, cosines, norms } = historyOf(run.layerGramians, path, pairs, tasks.length);
  const seconds = secondsAt(run, step);
  const curve = (
    id: string,
    values: Float64Array,
    look: Pick<Curve, 'name' | 'colour' | 'stripe'>,
  ): Curve => ({
    id,
    role: '',
    dashed: false,
    step,
    seconds,
    values,
    ...look,
  });
  const shownTasks = new Set(tasks.length > mostTasks ? pairs.flat() : tasks.keys());
  const curves =
    spec.of === 'norms'
      ? tasks.flatMap(({ id, name }, t) =>
          shownTasks.has(t)
            ? curve(`norm/${id}`, norms[t] ?? new Float64Array(), { name, colour: taskColour(t) })
            : [],
        )
      : pairs.map((pair, k) =>
          curve(`cosine/${pairKey(pair)}`, cosines[k] ?? new Float64Array(), {
            name: pairName(tasks, pair),
            colour: taskColour(pair[0]),
            stripe: taskColour(pair[1]),
          }),
        );
  const mark = step.indexOf(shown ?? Number.NaN);
  const marks = mark < 0 ? [] : [{ step: step[mark] ?? 0, seconds: seconds[mark] ?? 0, label: 'shown' }];
  return { axis: axisOf(run, xAxis, logX), logY, data: { curves, marks } };
}

/** Seconds of training at some steps, as the rows of the run tell. */
function secondsAt({ series }: RunState, steps: Float64Array): Float64Array {
  const [known, seconds] = [series.column('step'), series.column('seconds')];
  return steps.map((step) => seconds[Math.min(lowerBound(known, step), seconds.length - 1)] ?? 0);
}
