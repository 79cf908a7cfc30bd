/** The curves of all chosen runs, a chart for each quantity: one x axis, one pointer, one zoom. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { compareStore, type CompareView, setCompare, useCompare } from '#stores/compare.ts';
import { Chart } from '../charts/Chart.tsx';
import { ChartLinkContext, type ChartLink, type Cursor, Shared, type Zoom } from '../charts/link.ts';
import { type CompareChart, chartsFor } from './compare-charts.ts';
import { csvOfChart } from './compare-csv.ts';
import { readCompared, subscribeCompared, type View } from './compare-data.ts';
import styles from './compare.module.css';
import { CurveControls } from './CurveControls.tsx';
import { isOnAxis } from './run-axis.ts';
import { RunMark } from './RunMark.tsx';
import { nameOf } from '#stores/library.ts';
import { Swatch } from '../charts/ChartCursor.tsx';
import { useSeen } from './use-seen.ts';
import type { CompareTabProps } from './views.ts';

type Runs = CompareTabProps['runs'];

/** Charts of more runs than this are drawn when they are scrolled to. */
const mostAtOnce = 12;
const height = 190;

export function CurvesView({ runs }: CompareTabProps) {
  const shown = useCompare((compare) => compare.shown);
  const view = useView();
  const charts = useStable(useMemo(() => chartsFor(runs, shown), [runs, shown]));
  const link = useLink();
  const zoom = useCompare((compare) => compare.zoom);
  const compared = useStable(runs);
  const read = useCallback(
    (chart: CompareChart) => readCompared(chart, compared, view, zoom),
    [compared, view, zoom],
  );
  const subscribe = useMemo(() => subscribeCompared(compared), [compared]);
  const toCsv = useCallback(
    (chart: CompareChart) => csvOfChart(chart, compared, compareStore.getState().smoothing),
    [compared],
  );
  return (
    <ChartLinkContext value={link}>
      <CurveControls runs={runs} charts={charts} />
      <Legend runs={runs} />
      <Unplaced runs={runs} />
      {charts.length === 0 ? (
        <p className="soft">
          {shown.length === 0
            ? 'Choose above what is to be drawn.'
            : 'The chosen runs have nothing of this: gradients are measured only while the conflicts of the tasks are watched.'}
        </p>
      ) : null}
      <div className={styles['charts']}>
        {charts.map((chart) => (
          <Place key={chart.id} chart={chart} isLazy={runs.length > mostAtOnce}>
            <Chart spec={chart} read={read} subscribe={subscribe} height={height} toCsv={toCsv} />
          </Place>
        ))}
      </div>
    </ChartLinkContext>
  );
}

/** The same value for as long as it says the same: what is drawn from it is not drawn anew for nothing. */
function useStable<Item extends object>(value: readonly Item[]): readonly Item[] {
  const [held, setHeld] = useState(value);
  const isSame = held.length === value.length && value.every((item, i) => isAlike(item, held[i]));
  if (!isSame) setHeld(value);
  return isSame ? held : value;
}

/** Charts are alike by their id. Records of runs are, unless their numbers or what they are called changed. */
function isAlike(one: object, other: object | undefined): boolean {
  if (one === other) return true;
  return 'quantity' in one && 'id' in one && other !== undefined && 'id' in other && one.id === other.id;
}

function useView(): View {
  const x = useCompare((compare) => compare.x);
  const smoothing = useCompare((compare) => compare.smoothing);
  const logX = useCompare((compare) => compare.logX);
  const logY = useCompare((compare) => compare.logY);
  const spread = useCompare((compare) => compare.spread);
  return useMemo(() => ({ x, smoothing, logX, logY, spread }), [x, smoothing, logX, logY, spread]);
}

/** Pointer and zoom of this window; the zoom is the one in the address. */
function useLink(): ChartLink {
  const [link] = useState(() => ({
    cursor: new Shared<Cursor | null>(null),
    zoom: new Shared<Zoom | null>(compareStore.getState().zoom),
  }));
  useEffect(() => {
    const stops = [
      link.zoom.subscribe(() => setCompare({ zoom: link.zoom.get() })),
      compareStore.subscribe(({ zoom }: CompareView) => link.zoom.set(zoom)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [link]);
  return link;
}

interface PlaceProps {
  readonly chart: CompareChart;
  readonly isLazy: boolean;
  readonly children: React.ReactNode;
}

/** Where a chart is: with very many runs it is there only while it can be seen. */
function Place({ chart, isLazy, children }: PlaceProps) {
  const { ref, isSeen } = useSeen();
  return (
    <div ref={ref} style={{ minHeight: height + 26 }}>
      {isSeen || !isLazy ? children : <h3 className={styles['unseen']}>{chart.title}</h3>}
    </div>
  );
}

/** Runs by their colours, where the list of runs is folded away, and the two sorts of lines. */
function Legend({ runs }: { readonly runs: Runs }) {
  return (
    <div className={styles['legend']}>
      <ul aria-label="Runs that are drawn">
        {runs.slice(0, mostAtOnce).map((run) => (
          <li key={run.id}>
            <RunMark run={run} />
            {nameOf(run)}
          </li>
        ))}
        {runs.length > mostAtOnce ? <li>and {runs.length - mostAtOnce} more</li> : null}
      </ul>
      <span>
        <Swatch colour="var(--ink-soft)" dashed={false} /> train
        <Swatch colour="var(--ink-soft)" dashed /> validation
      </span>
    </div>
  );
}

/** Says which runs have no place on the axis. */
function Unplaced({ runs }: { readonly runs: Runs }) {
  const x = useCompare((compare) => compare.x);
  const count = runs.filter(({ experiment }) => !isOnAxis(experiment, x)).length;
  if (count === 0) return null;
  return (
    <output className={styles['missing']}>
      {count === 1 ? 'One run is' : `${count} runs are`} not drawn on this axis: the data set is not in this
      browser now, and with it not what a step of training was.
    </output>
  );
}
