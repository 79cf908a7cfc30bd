/** All curves of the run, side by side on one x axis. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useExperiment } from '#stores/experiment.ts';
import { useRun } from '#stores/run-state.ts';
import { Chart } from '../charts/Chart.tsx';
import { sharedCursor, sharedZoom } from '../charts/link.ts';
import { type CurveChart, chartsOf } from './curve-charts.ts';
import { readCurves, subscribeCurves } from './curve-data.ts';
import { BeforeFirstRun } from './BeforeFirstRun.tsx';
import { Legend } from './Legend.tsx';
import styles from './results.module.css';

export function CurvesTab() {
  const run = useRun((state) => state.run);
  const trained = useRun((state) => state.experiment);
  const status = useRun((state) => state.status);
  const hasNumbers = useRun((state) => state.series.length > 0 || state.validations.length > 0);
  const current = useExperiment((state) => state.experiment);
  if (!trained || (!hasNumbers && status !== 'running'))
    return <BeforeFirstRun charts={chartsOf(current)} status={status} />;
  return <Curves key={run} experiment={trained} />;
}

function Curves({ experiment }: { readonly experiment: Parameters<typeof chartsOf>[0] }) {
  const { tasks, strategy } = experiment;
  const charts = useMemo(() => chartsOf({ tasks, strategy }), [tasks, strategy]);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const read = useCallback((chart: CurveChart) => readCurves(chart, hidden), [hidden]);
  const toggle = (task: string) =>
    setHidden(
      (before) => new Set(before.has(task) ? [...before].filter((each) => each !== task) : [...before, task]),
    );
  // Another run has another x axis.
  useEffect(
    () => () => {
      sharedZoom.set(null);
      sharedCursor.set(null);
    },
    [],
  );
  return (
    <>
      <Legend tasks={tasks} hidden={hidden} onToggle={toggle} />
      <div className={styles['charts']}>
        {charts.map((chart) => (
          <Chart key={chart.id} spec={chart} read={read} subscribe={subscribeCurves} />
        ))}
      </div>
    </>
  );
}
