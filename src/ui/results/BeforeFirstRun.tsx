/** What the curves will be, before there are any: the charts with their titles, still empty, and how to fill them. */
import { Kbd, Loader } from '@mantine/core';
import type { RunState } from '#stores/run-state.ts';
import { useDataset } from '#stores/dataset.ts';
import { useRun } from '#stores/run-state.ts';
import { ForecastParagraph } from '../run/Forecast.tsx';
import type { CurveChart } from './curve-charts.ts';
import styles from './results.module.css';

interface BeforeFirstRunProps {
  readonly charts: readonly CurveChart[];
  readonly status: RunState['status'];
}

export function BeforeFirstRun({ charts, status }: BeforeFirstRunProps) {
  return (
    <div className={styles['before']}>
      <div className={styles['beforeWords']}>
        <Invitation status={status} />
        {status === 'idle' ? <ForecastParagraph /> : null}
      </div>
      <div className={styles['charts']} aria-hidden>
        {charts.map((chart) => (
          <div key={chart.id} className={styles['ghost']}>
            <h3>{chart.title}</h3> <span>{chart.subtitle}</span>
            <GhostGrid />
          </div>
        ))}
      </div>
    </div>
  );
}

function Invitation({ status }: { readonly status: RunState['status'] }) {
  const isLoading = useDataset((state) => state.status === 'loading');
  const error = useRun((state) => state.trouble?.message ?? state.error);
  if (status === 'preparing')
    return (
      <output>
        <Loader size={14} /> Building the network on the device. The first step takes longest.
      </output>
    );
  if (status === 'failed')
    return (
      <p role="alert">
        <b>The run stopped before its first step.</b> {error}
      </p>
    );
  return (
    <p>
      <b>
        Press Train, or <Kbd size="xs">Space</Kbd>
        {isLoading ? ', as soon as the data are ready' : ''}.
      </b>{' '}
      Every step adds a point to these charts; validations come as dashed lines.
    </p>
  );
}

function GhostGrid() {
  return (
    <svg width="100%" height="96" preserveAspectRatio="none">
      {[0.5, 31.5, 63.5, 95.5].map((y) => (
        <line key={y} x1="0" x2="100%" y1={y} y2={y} />
      ))}
    </svg>
  );
}
