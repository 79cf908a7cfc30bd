/** How far the run is, how fast it goes, and what it is doing when it is not training. */
import { useEffect } from 'react';
import { formatCount, formatDuration } from '#lib/format.ts';
import { useExperiment } from '#stores/experiment.ts';
import { useDataset } from '#stores/dataset.ts';
import { useRun } from '#stores/run-state.ts';
import styles from './header.module.css';
import { useStepSeconds, useTotalSteps } from './run-state.ts';

interface Progress {
  /** 0…1; null while it cannot be told. */
  readonly share: number | null;
  readonly text: string;
  readonly detail: readonly string[];
}

const count = (done: number, total: number) => `${formatCount(done)} / ${formatCount(total)}`;

/** Steps per second: two digits below ten. */
const rate = (perSecond: number) =>
  `${perSecond < 10 ? perSecond.toPrecision(2) : formatCount(perSecond)} steps/s`;

function useProgress(): Progress {
  const status = useRun((run) => run.status);
  const step = useRun((run) => run.step);
  const evaluating = useRun((run) => run.evaluating);
  const loading = useDataset((data) => (data.status === 'loading' ? data.progress : null));
  const total = useTotalSteps();
  const stepSeconds = useStepSeconds();
  if (status === 'recovering') return { share: null, text: 'Recovering', detail: [] };
  if (loading && status !== 'running') {
    return {
      share: loading.done / loading.total,
      text: `Building data ${count(loading.done, loading.total)}`,
      detail: [],
    };
  }
  if (evaluating) {
    const verb = evaluating.split === 'test' ? 'Testing' : 'Validating';
    return {
      share: step / Math.max(1, total),
      text: `${verb} ${count(evaluating.done, evaluating.total)}`,
      detail: [],
    };
  }
  if (status === 'preparing') return { share: null, text: 'Preparing the network', detail: [] };
  const text = count(step, total);
  const speed = Number.isNaN(stepSeconds) || stepSeconds === 0 ? [] : [rate(1 / stepSeconds)];
  const left =
    status === 'running' && speed.length > 0 ? [`${formatDuration((total - step) * stepSeconds)} left`] : [];
  const state =
    status === 'finished' || status === 'paused' ? [status] : status === 'failed' ? ['stopped'] : [];
  return { share: step / Math.max(1, total), text, detail: [...speed, ...left, ...state] };
}

/** Tells the progress in the browser's tab, too. */
function useTabTitle(share: number | null): void {
  const name = useExperiment(({ experiment }) => experiment.name);
  const running = useRun((run) => run.status === 'running');
  const percent = running && share !== null ? `${Math.floor(share * 100)} % · ` : '';
  useEffect(() => {
    document.title = `${percent}${name} · Trunkline`;
  }, [percent, name]);
}

export function RunProgress() {
  const { share, text, detail } = useProgress();
  useTabTitle(share);
  return (
    <div className={styles['progress']}>
      <progress
        className={styles['bar']}
        aria-label="Progress"
        aria-valuetext={[text, ...detail].join(', ')}
        max={1}
        {...(share === null ? {} : { value: share })}
      />
      <span className={`mono ${styles['count']}`}>{text}</span>
      {detail.map((each, index) => (
        <span key={index} className={`mono ${styles['detail']}`} data-place={index}>
          {each}
        </span>
      ))}
    </div>
  );
}
