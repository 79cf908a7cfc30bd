/** Train or pause, one step, reset. */
import { Button, Tooltip } from '@mantine/core';
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerTrackNext,
  IconRotate,
} from '@tabler/icons-react';
import { formatProblem } from '#experiment/problem.ts';
import { useExperiment } from '#stores/experiment.ts';
import { reset } from '#stores/run.ts';
import { useRun } from '#stores/run-state.ts';
import { StudiesMenu } from '../studies/StudiesMenu.tsx';
import styles from './header.module.css';
import { oneStep, trainOrPause, useBlocker, useTrainLabel } from './run-state.ts';

const hints = {
  Train: 'Train this network (space)',
  Pause: 'Pause (space)',
  Resume: 'Go on from here (space)',
  'Train anew': 'Start a new run from fresh weights (space)',
} as const;

export function RunControls() {
  return (
    <div className={styles['controls']}>
      <TrainButton />
      <StudiesMenu />
      <StepAndReset />
    </div>
  );
}

function TrainButton() {
  const label = useTrainLabel();
  const blocker = useBlocker();
  const blocked = blocker !== undefined && label !== 'Pause';
  const Icon = label === 'Pause' ? IconPlayerPauseFilled : IconPlayerPlayFilled;
  return (
    <Tooltip label={blocked ? formatProblem(blocker) : hints[label]} multiline maw={320}>
      <Button
        variant="filled"
        className={styles['train'] ?? ''}
        {...(blocked ? { 'data-disabled': true, 'aria-disabled': true } : {})}
        leftSection={<Icon size={13} />}
        onClick={() => void trainOrPause()}
      >
        {label}
      </Button>
    </Tooltip>
  );
}

function StepAndReset() {
  const status = useRun((run) => run.status);
  const blocked = useBlocker() !== undefined;
  const isLocked = useExperiment(({ lock }) => lock !== null);
  const busy = status === 'running' || status === 'preparing' || status === 'recovering';
  // One step more would quietly throw away what has been trained.
  const over = status === 'finished' || status === 'failed';
  return (
    <>
      <Tooltip label="Train one step and pause ( . )">
        <Button
          disabled={busy || blocked || over}
          onClick={() => void oneStep()}
          leftSection={<IconPlayerTrackNext size={14} />}
          className={styles['secondary'] ?? ''}
        >
          Step
        </Button>
      </Tooltip>
      <Tooltip label="Forget this run; settings and seed stay">
        <Button
          disabled={status === 'idle' || isLocked}
          onClick={() => void reset()}
          leftSection={<IconRotate size={14} />}
          className={styles['secondary'] ?? ''}
        >
          Reset
        </Button>
      </Tooltip>
    </>
  );
}
