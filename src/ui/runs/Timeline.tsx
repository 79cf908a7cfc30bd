/** A run from its first step to its last, with the checkpoints that are kept: gone back to, or branched off from. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { formatCount } from '#lib/format.ts';
import { nameOf, rewindRun, type RunRecord } from '#stores/library.ts';
import { forkRun } from '#stores/studies.ts';
import { setView } from '#stores/view.ts';
import { attempting, tell } from '../shell/notices.ts';
import { formatReading } from '../charts/scale.ts';
import { isBusy } from './opening.ts';
import styles from './runs.module.css';

interface TimelineProps {
  readonly record: RunRecord;
  /** Another page has the run open: it can be branched off, but not gone back in. */
  readonly isElsewhere: boolean;
}

export function Timeline({ record, isElsewhere }: TimelineProps) {
  const { checkpoints, totalSteps, step: now } = record;
  const [chosen, setChosen] = useState<number | null>(null);
  if (checkpoints.length === 0) return null;
  const length = Math.max(1, totalSteps, now);
  const step = checkpoints.find((each) => each.step === chosen)?.step ?? checkpoints.at(-1)?.step ?? 0;
  return (
    <fieldset className={styles['timeline']} aria-label={`Checkpoints of ${nameOf(record)}`}>
      <div className={styles['track']}>
        <i style={{ width: `${(100 * now) / length}%` }} />
        {checkpoints.map((each) => (
          <button
            key={each.step}
            type="button"
            aria-label={`Step ${formatCount(each.step)}`}
            aria-pressed={each.step === step}
            title={`Step ${formatCount(each.step)}`}
            style={{ left: `${(100 * each.step) / length}%` }}
            onClick={() => setChosen(each.step)}
          />
        ))}
      </div>
      <p>
        <b>Step {formatCount(step)}</b>
        <span className="soft">
          {' '}
          of {formatCount(totalSteps)}
          {wordsAt(record, step)}
        </span>
      </p>
      <Actions record={record} step={step} isElsewhere={isElsewhere} />
    </fieldset>
  );
}

/** How the run did there, where it was validated. */
function wordsAt({ validations, best }: RunRecord, step: number): string {
  const scored = validations.find((each) => each.step === step);
  const loss = scored ? `, mean validation loss ${formatReading(scored.meanLoss, false)}` : '';
  return `${loss}${best['mean'] === step ? ', the best' : ''}`;
}

interface ActionsProps extends TimelineProps {
  readonly step: number;
}

function Actions({ record, step, isElsewhere }: ActionsProps) {
  const { id, step: now } = record;
  const goBack = () =>
    attempting('The run was not opened', async () => {
      if (isBusy()) throw new Error('A run is training on the page: pause it first.');
      setView({ dialog: null });
      await rewindRun(id, step);
    });
  const fork = () =>
    attempting('The run was not forked', async () => {
      await forkRun({ run: id, step });
      tell(
        'Forked',
        `A run with all up to step ${formatCount(step)} is in the list: resume it and change what you like.`,
      );
    });
  return (
    <div className={styles['rare']}>
      {step < now && !isElsewhere ? <Button onClick={() => void goBack()}>Go back here</Button> : null}
      <Button onClick={() => void fork()}>Fork here</Button>
      {step < record.totalSteps ? (
        <Button
          onClick={() => setView({ dialog: 'studies', studyKind: 'race', raceFrom: { run: id, step } })}
        >
          Race from here…
        </Button>
      ) : null}
    </div>
  );
}
