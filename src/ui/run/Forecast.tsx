/** What a run would take, before Train: its time, what that rests on, memory and storage; and a way to measure. */
import { Loader } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { formatBytes } from '#lib/format.ts';
import { useDataset } from '#stores/dataset.ts';
import { measurePace, usePace } from '#stores/pace.ts';
import { useRun } from '#stores/run-state.ts';
import { TextButton } from '../shared/TextButton.tsx';
import { basisText, roughDuration, stepText } from './forecast-words.ts';
import styles from './run.module.css';
import { type RunForecast, useForecast } from './use-forecast.ts';

/** Milliseconds after which "2 minutes ago" may be another. */
const minute = 60_000;

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  const { start, stop } = useInterval(() => setNow(Date.now()), minute / 4);
  useEffect(() => {
    start();
    return stop;
  }, [start, stop]);
  return now;
}

/** What the time rests on, and the button that measures it. */
function Basis({ forecast }: { readonly forecast: RunForecast }) {
  const now = useNow();
  const isTiming = usePace((pace) => pace.isTiming);
  const error = usePace((pace) => pace.error);
  const ready = useDataset(({ status }) => status === 'ready');
  const isFree = useRun(({ status, device }) => device !== null && !/running|preparing|recover/.test(status));
  const { step } = forecast;
  if (isTiming)
    return (
      <output className={styles['basis']}>
        <Loader size={11} aria-hidden /> Timing a few steps on weights of their own …
      </output>
    );
  return (
    <>
      {error ? <span role="alert">{error} </span> : null}
      <span className={styles['basis']}>{basisText(step, Math.max(now, step?.from.at ?? 0))}</span>{' '}
      {ready && isFree ? (
        <TextButton onClick={() => void measurePace()}>
          {step?.basis === 'measured' ? 'Measure anew' : 'Measure'}
        </TextButton>
      ) : null}
    </>
  );
}

const timeText = ({ seconds, isAtMost }: RunForecast) =>
  seconds === null
    ? null
    : `${isAtMost ? 'at most ' : ''}${isAtMost ? '' : 'about '}${roughDuration(seconds)}`;

/** As a paragraph, where one is invited to press Train. */
export function ForecastParagraph() {
  const forecast = useForecast();
  if (!forecast) return null;
  const { step, memory, storage } = forecast;
  const time = timeText(forecast);
  return (
    <section className={styles['forecast']} aria-label="What this run would take">
      {step && time ? (
        <>
          <b>{time[0]?.toUpperCase() + time.slice(1)}</b>, at{' '}
          <span className="mono">{stepText(step.milliseconds)}</span> a step.{' '}
        </>
      ) : null}
      It takes about <span className="mono">{formatBytes(memory)}</span> of GPU memory and up to{' '}
      <span className="mono">{formatBytes(storage)}</span> of storage here. <Basis forecast={forecast} />
    </section>
  );
}

/** As figures, among those of this run. */
export function ForecastFigures() {
  const forecast = useForecast();
  if (!forecast) return null;
  const { step } = forecast;
  const time = timeText(forecast);
  return (
    <>
      {step ? (
        <div>
          <dt>Step time</dt>
          <dd className="mono">≈ {stepText(step.milliseconds)}</dd>
        </div>
      ) : null}
      {time ? (
        <div>
          <dt>Whole run</dt>
          <dd className="mono">{time.replace('about ', '≈ ')}</dd>
        </div>
      ) : null}
    </>
  );
}

/** What keeping the run would take. */
export function StorageFigure() {
  const storage = useForecast()?.storage;
  return storage === undefined ? null : (
    <div>
      <dt title="Curves and two checkpoints, kept in this browser: at most.">Storage</dt>
      <dd className="mono">≤ {formatBytes(storage)}</dd>
    </div>
  );
}

/** What the figures rest on, below them. */
export function ForecastBasis() {
  const forecast = useForecast();
  return forecast ? (
    <p className="soft">
      <Basis forecast={forecast} />
    </p>
  ) : null;
}
