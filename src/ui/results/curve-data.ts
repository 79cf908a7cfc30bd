/** The numbers behind the charts, as they are now: taken from the run, smoothed, on the chosen axis. */
import { infoFor } from '#data/resolve.ts';
import { lowerBound } from '#lib/decimate.ts';
import type { SeriesTable } from '#lib/series.ts';
import { Smoother } from '#lib/smooth.ts';
import { effectiveBatchSize, stepsPerEpoch } from '#experiment/training.ts';
import { type RunState, runStore } from '#stores/run-state.ts';
import { viewStore, type XAxis } from '#stores/view.ts';
import type { Axis, ChartInput, Curve, Mark } from '../charts/chart-data.ts';
import { throttled } from '../charts/framed.ts';
import { sharedZoom } from '../charts/link.ts';
import { growingEnd } from '../charts/scale.ts';
import type { CurveChart, CurveSource } from './curve-charts.ts';

/** Milliseconds between two drawings of a growing run. */
const refreshEvery = 100;

/** Smoothed columns by run; each goes on where it stopped as its column grows. */
const smoothers = new WeakMap<SeriesTable, Map<string, Smoother>>();

function smoothed(series: SeriesTable, column: string, weight: number): Float64Array {
  const ofRun = smoothers.get(series) ?? new Map<string, Smoother>();
  smoothers.set(series, ofRun);
  let smoother = ofRun.get(column);
  if (smoother?.weight !== weight) smoother = new Smoother(weight);
  ofRun.set(column, smoother);
  return smoother.extend(series.column(column));
}

/** What a chart shows now, without the curves of hidden tasks. */
export function readCurves(chart: CurveChart, hidden: ReadonlySet<string>): ChartInput {
  const run = runStore.getState();
  const view = viewStore.getState();
  const shown = chart.sources.filter(({ task }) => task === null || !hidden.has(task));
  return {
    axis: axisOf(run, view.xAxis, view.logX),
    logY: view.logY,
    data: {
      curves: shown.map((source) => curveOf(source, run, view.smoothing)),
      marks: chart.showsBest ? bestMarks(run) : [],
    },
  };
}

function curveOf(source: CurveSource, { series, validations }: RunState, weight: number): Curve {
  const { id, name, role, colour } = source;
  if ('score' in source) {
    return {
      id,
      name,
      role,
      colour,
      dashed: true,
      step: Float64Array.from(validations, ({ step }) => step),
      seconds: Float64Array.from(validations, ({ seconds }) => seconds),
      values: Float64Array.from(validations, source.score),
    };
  }
  const isSmoothed = source.smooth && weight > 0;
  return {
    id,
    name,
    role,
    colour,
    dashed: false,
    step: series.column('step'),
    seconds: series.column('seconds'),
    values: series.column(source.column),
    ...(isSmoothed ? { smoothed: smoothed(series, source.column, weight) } : {}),
  };
}

function bestMarks({ best, validations }: RunState): Mark[] {
  const step = best['mean'];
  const evaluation = validations.find((each) => each.step === step);
  return evaluation ? [{ step: evaluation.step, seconds: evaluation.seconds, label: 'best' }] : [];
}

/** The part of the x axis in view: all of the run so far with some room to grow, or what was zoomed to. */
export function axisOf(run: RunState, name: XAxis, log: boolean): Axis {
  const per = name === 'epoch' ? epochSteps(run) : 1;
  const zoom = sharedZoom.get();
  const places = run.series.column(name === 'seconds' ? 'seconds' : 'step');
  const reached = Math.max(places.at(-1) ?? 0, lastValidation(run, name));
  const isDone = run.status === 'finished';
  const end = isDone && reached > 0 ? reached : fullEnd(run, name, reached, per);
  const first = log ? (places[lowerBound(places, Number.MIN_VALUE)] ?? Math.min(1, end / 10)) : 0;
  const from = zoom ? Math.max(zoom.from, log ? first : 0) : first;
  const to = zoom?.to ?? end;
  return { name, per, from, to: to > from ? to : from + per, log };
}

function fullEnd(run: RunState, name: XAxis, reached: number, per: number): number {
  const planned = name === 'seconds' ? 0 : run.totalSteps;
  return growingEnd(reached / per, planned / per) * per;
}

function lastValidation({ validations }: RunState, name: XAxis): number {
  const last = validations.at(-1);
  if (!last) return 0;
  return name === 'seconds' ? last.seconds : last.step;
}

function epochSteps({ experiment }: RunState): number {
  if (!experiment) return 1;
  const { train } = infoFor(experiment.data).counts;
  return stepsPerEpoch(train, effectiveBatchSize(train, experiment.training.batchSize));
}

/** Tells when a chart is to be drawn anew: at once for what the reader does, a few times a second for what the run does. */
export function subscribeCurves(changed: () => void): () => void {
  const run = throttled(changed, refreshEvery);
  const stops = [
    sharedZoom.subscribe(changed),
    viewStore.subscribe(changed),
    runStore.subscribe((state, before) => {
      if (state.run !== before.run) changed();
      else run.call();
    }),
  ];
  return () => {
    run.cancel();
    for (const stop of stops) stop();
  };
}
