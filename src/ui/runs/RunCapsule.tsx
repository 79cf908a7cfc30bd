/** A kept run as a file for another machine, and the check of what its weights say here. */
import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { capsulesStore, checkRun, useCapsules } from '#stores/capsules.ts';
import { datasetKey, useDataset } from '#stores/dataset.ts';
import { isDataHere } from '#stores/fingerprints.ts';
import { openRun, type RunRecord } from '#stores/library.ts';
import { runStore } from '#stores/run-state.ts';
import { attemptingUnlessStopped, CapsuleProgress, saveCapsule } from './capsule-actions.tsx';
import styles from './capsules.module.css';
import { wordsOf } from './check-words.ts';
import { isBusy } from './opening.ts';

interface RunCapsuleProps {
  readonly record: RunRecord;
}

/** Checks a run; it takes the place of the one on the page where its data are not there. */
function check(record: RunRecord): Promise<void> {
  return attemptingUnlessStopped('This run cannot be checked', async () => {
    if (!isDataHere(record)) {
      if (isBusy())
        throw new Error('Its data set has to be loaded, and a run is training on another: pause that first.');
      await openRun(record.id);
      const { error } = runStore.getState();
      if (!isDataHere(record)) throw new Error(error ?? 'Its data set could not be loaded.');
    }
    await checkRun(record.id);
  });
}

export function RunCapsule({ record }: RunCapsuleProps) {
  const work = useCapsules((state) => state.work);
  const result = useCapsules(({ checks }) => checks[record.id]);
  const key = useDataset((state) => state.key);
  const section = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (capsulesStore.getState().opened !== record.id) return;
    capsulesStore.setState({ opened: null });
    section.current?.closest('tr')?.previousElementSibling?.scrollIntoView({ block: 'nearest' });
    section.current?.scrollIntoView({ block: 'nearest' });
  }, [record.id]);
  const isChecking = work?.kind === 'check' && work.id === record.id;
  const words = result && wordsOf(result, record);
  const isHere = key === datasetKey(record.experiment);
  return (
    <div className={styles['capsule']} ref={section}>
      <div className={styles['buttons']}>
        <Button disabled={work !== null} onClick={() => void saveCapsule(record.id)}>
          Export capsule
        </Button>
        {record.checkpoints.length > 0 ? (
          <Button disabled={work !== null} onClick={() => void check(record)}>
            {isHere ? 'Check' : 'Open and check'}
          </Button>
        ) : null}
        {isChecking ? <CapsuleProgress /> : null}
      </div>
      {words && !isChecking ? (
        <output className={styles['verdict']}>
          <b data-tone={words.tone}>{words.verdict}.</b> {words.account}
        </output>
      ) : (
        <p className="soft">
          A capsule is one file with all that is kept of the run, to be opened on another machine. Check asks
          the weights again what they said when the run was evaluated.
        </p>
      )}
    </div>
  );
}
