/** How far an import is: images, rate, time left. */
import type { ImportProgress } from '#data/importing/import-view.ts';
import { formatCount, formatDuration } from '#lib/format.ts';
import styles from './import.module.css';

const phases: Readonly<Record<ImportProgress['phase'], string>> = {
  looking: 'Looking through the files',
  reading: 'Reading labels',
  decoding: 'Importing',
  writing: 'Writing the last of it',
};

export function ProgressBar({ progress }: { readonly progress: ImportProgress | null }) {
  const { phase = 'looking', done = 0, total = 0, rate = 0, secondsLeft = null } = progress ?? {};
  return (
    <div className={styles['progress']}>
      <progress
        aria-label={phases[phase]}
        max={1}
        {...(total > 0 ? { value: Math.min(1, done / total) } : {})}
      />
      <p className={styles['figures']}>
        <span>{phases[phase]}</span>
        <span className="mono">
          {formatCount(done)}
          {total > 0 ? ` / ${formatCount(total)}` : ''}
        </span>
        {rate > 0 ? <span className="mono">{formatCount(rate)} /s</span> : null}
        <span>{secondsLeft === null ? '' : `${formatDuration(secondsLeft)} left`}</span>
      </p>
    </div>
  );
}
