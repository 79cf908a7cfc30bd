/** The last row of every form: what the study takes, Start, and why it cannot be started. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useExperiment } from '#stores/experiment.ts';
import { estimateFor, usePace } from '#stores/pace.ts';
import { useRun } from '#stores/run-state.ts';
import { startStudy } from '#stores/studies.ts';
import type { StudyPlan } from '#studies/study.ts';
import { costInWords } from './study-words.ts';
import styles from './studies.module.css';

interface StartRowProps {
  /** Throws ExperimentError where the plan is none. */
  readonly plan: () => StudyPlan;
  /** Of each member. */
  readonly steps: readonly number[];
  readonly onStarted: () => void;
}

/** Seconds of a step of the page's experiment on this adapter; null where that is not known. */
function useStepEstimate(): number | null {
  const experiment = useExperiment((state) => state.experiment);
  const device = useRun((run) => run.device);
  const measured = usePace((state) => state.measured);
  const estimate = estimateFor(experiment, device, { measured });
  return estimate && estimate.milliseconds / 1000;
}

export function StartRow({ plan, steps, onStarted }: StartRowProps) {
  const stepSeconds = useStepEstimate();
  const [error, setError] = useState<string | null>(null);
  const [isStarting, setStarting] = useState(false);
  const start = async () => {
    setStarting(true);
    setError(null);
    try {
      await startStudy(plan());
      onStarted();
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
    } finally {
      setStarting(false);
    }
  };
  return (
    <>
      {error === null ? null : (
        <p role="alert" className={styles['error']}>
          {error}
        </p>
      )}
      <div className={styles['start']}>
        <Button variant="filled" loading={isStarting} onClick={() => void start()}>
          Start
        </Button>
        <p className="soft">{costInWords(steps, stepSeconds)}</p>
      </div>
    </>
  );
}
