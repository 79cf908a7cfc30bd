/** How far the run is, how fast it goes, and what it is doing when it is not training. */
import { useEffect } from 'react';
import { formatCount, formatDuration } from '#lib/format.ts';
import { useExperiment } from '#stores/experiment.ts';
import { useDataset } from '#stores/dataset.ts';
import { useRun } from '#stores/run-state.ts';
import styles from './header.module.css';
import { type TimeLeft, useStepSeconds, useTimeLeft, useTotalSteps } from './run-state.ts';

interface Progress {
  /** 0…1; null while it cannot be told. */
  readonly share: number | null;
  readonly text: string;
  /** By what they are: where there is no room, the pace is left out before the rest. */
  readonly detail: Readonly<Partial<Record<'pace' | 'left' | 'state', string>>>;
}

const count = (done: number, total: number) => `${formatCount(done)} / ${formatCount(total)}`;

/** Steps per second: two digits below ten. */
const rate = (perSecond: number) =>
  `${perSecond < 10 ? perSecond.toPrecision(2) : formatCount(perSecond)} steps/s`;

/** "3 min 20 s left", the less exact the longer it is, so that it does not flicker. */
function leftText({ seconds, isAtMost }: TimeLeft): string {
  const grain = seconds < 120 ? 1 : seconds < 600 ? 5 : seconds < 3600 ? 30 : 60;
  const text = formatDuration(Math.ceil(seconds / grain) * grain).replace(/ 0 (s|min)$/, '');
  return `${isAtMost ? atMost : ''}${text} left`;
}

/** It may stop early. Where there is no room, a sign says it. */
const atMost = 'at most ';

function useProgress(): Progress {
  const status = useRun((run) => run.status);
  const step = useRun((run) => run.step);
  const evaluating = useRun((run) => run.evaluating);
  const loading = useDataset((data) => (data.status === 'loading' ? data.progress : null));
  const total = useTotalSteps();
  const stepSeconds = useStepSeconds();
  const timeLeft = useTimeLeft();
  if (status === 'recovering') return { share: null, text: 'Recovering', detail: {} };
  if (loading && status !== 'running') {
    return {
      share: loading.done / loading.total,
      text: `Building data ${count(loading.done, loading.total)}`,
      detail: {},
    };
  }
  if (evaluating) {
    const verb = evaluating.split === 'test' ? 'Testing' : 'Validating';
    return {
      share: step / Math.max(1, total),
      text: `${verb} ${count(evaluating.done, evaluating.total)}`,
      detail: {},
    };
  }
  if (status === 'preparing') return { share: null, text: 'Preparing the network', detail: {} };
  const text = count(step, total);
  const ended = status === 'finished' || status === 'paused' ? status : status === 'failed' ? 'stopped' : '';
  return {
    share: step / Math.max(1, total),
    text,
    detail: {
      ...(stepSeconds > 0 ? { pace: rate(1 / stepSeconds) } : {}),
      ...(timeLeft ? { left: leftText(timeLeft) } : {}),
      ...(ended ? { state: ended } : {}),
    },
  };
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
    <div className={styles['progress']} data-left={'left' in detail || undefined}>
      <progress
        className={styles['bar']}
        aria-label="Progress"
        aria-valuetext={[text, ...Object.values(detail)].join(', ')}
        max={1}
        {...(share === null ? {} : { value: share })}
      />
      <span className={`mono ${styles['count']}`}>{text}</span>
      {Object.entries(detail).map(([what, words]) => (
        <span key={what} className={`mono ${styles['detail']}`} data-what={what}>
          {words.startsWith(atMost) ? <AtMost words={words} /> : words}
        </span>
      ))}
    </div>
  );
}

function AtMost({ words }: { readonly words: string }) {
  return (
    <>
      <span className={styles['inWords']}>{atMost}</span>
      <span className={styles['asSign']}>≤ </span>
      {words.slice(atMost.length)}
    </>
  );
}
