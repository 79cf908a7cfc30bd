/** What a chart of several runs shows: their curves, or the spread of their seeds, on one axis. */
import type { CompareView, Zoom } from '#stores/compare.ts';
import { isLive, subscribeCurves } from '#stores/kept-curves.ts';
import type { RunRecord } from '#stores/library.ts';
import { runStore } from '#stores/run-state.ts';
import type { Axis, ChartInput, Curve } from '../charts/chart-data.ts';
import { throttled } from '../charts/framed.ts';
import { growingEnd } from '../charts/scale.ts';
import type { CompareChart } from './compare-charts.ts';
import { isOnAxis, unitOf } from './run-axis.ts';
import { stepCurve, validationCurve } from './run-curves.ts';
import { seedCurve } from './seed-curves.ts';
import { seedGroups } from './seed-groups.ts';

/** Milliseconds between two drawings of a run that grows, or of runs that are being read: for few runs, and for each. */
const refreshEvery = 250;
const refreshPerRun = 8;
/** Runs beyond which the measured lines behind the smoothed ones are left out: they would cover everything. */
const mostRaw = 24;

export type View = Pick<CompareView, 'x' | 'smoothing' | 'logX' | 'logY' | 'spread'>;

/** How far a run has come, and, while it trains, how far it is to go: in steps, or in seconds. */
function endOf(run: RunRecord, x: CompareView['x']): number {
  const { step, totalSteps, series, status } = runStore.getState();
  const live = isLive(run);
  if (x === 'seconds') return live && series.length > 0 ? series.last('seconds') : run.seconds;
  const unit = unitOf(run.experiment, x);
  const reached = live ? step : run.step;
  return (live && status === 'running' ? growingEnd(reached, totalSteps) : reached) * unit;
}

/** The part of the axis in view: what is zoomed to, else all that any run has. */
function axisOf(runs: readonly RunRecord[], { x, logX }: View, zoom: Zoom | null, least: number): Axis {
  const end = runs.reduce((most, run) => Math.max(most, endOf(run, x)), 0);
  const first = logX ? (least > 0 && least < end ? least : Math.min(1, end / 10)) : 0;
  const from = zoom ? Math.max(zoom.from, first) : first;
  const to = zoom?.to ?? end;
  return { name: x, per: 1, from, to: to > from ? to : from + 1, log: logX };
}

/** Position of the first point of any curve above zero. */
function leastOf(curves: readonly Curve[]): number {
  return curves.reduce((least, { x }) => {
    const first = x?.find((place) => place > 0) ?? Infinity;
    return Math.min(least, first);
  }, Infinity);
}

/** The runs that are drawn together: of one experiment, if their spread is wanted; else each by itself. */
function groupsOf(runs: readonly RunRecord[], spread: boolean): readonly (readonly RunRecord[])[] {
  return spread ? seedGroups(runs) : runs.map((run) => [run]);
}

/** One curve for a group; undefined while one of its runs is being read. */
function curveOf(
  group: readonly RunRecord[],
  of: (run: RunRecord) => Curve | null | undefined,
): Curve | null | undefined {
  const curves = group.map(of);
  if (curves.includes(undefined)) return undefined;
  const here = curves.filter((curve) => curve !== null && curve !== undefined);
  return here.length > 1 ? seedCurve(here) : here[0];
}

/** What a chart shows now. */
export function readCompared(
  chart: CompareChart,
  runs: readonly RunRecord[],
  view: View,
  zoom: Zoom | null,
): ChartInput {
  const placed = runs.filter(({ experiment }) => isOnAxis(experiment, view.x));
  const groups = groupsOf(placed, view.spread);
  let waiting = 0;
  const curves = groups.flatMap((group) => {
    const steps = curveOf(group, (run) => stepCurve(chart, run, view));
    const validations = curveOf(group, (run) => validationCurve(chart, run, view));
    if (steps === undefined && group.some((run) => chart.steps(run))) waiting++;
    return [steps, validations].filter((curve) => curve !== null && curve !== undefined);
  });
  return {
    axis: axisOf(placed, view, zoom, view.logX ? leastOf(curves) : 0),
    logY: view.logY,
    data: { curves, marks: [] },
    isRawHidden: groups.length > mostRaw,
    waiting: waiting > 0 ? 'Reading the runs …' : undefined,
  };
}

/** Tells when charts of these runs are to be drawn anew because their numbers are others. */
export function subscribeCompared(runs: readonly RunRecord[]): (changed: () => void) => () => void {
  return (changed) => {
    const later = throttled(changed, refreshEvery + refreshPerRun * runs.length);
    const stops = [
      subscribeCurves(later.call),
      runStore.subscribe(() => {
        if (runs.some(isLive)) later.call();
      }),
    ];
    return () => {
      later.cancel();
      for (const stop of stops) stop();
    };
  };
}
