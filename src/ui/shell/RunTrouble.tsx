/** What went wrong with the run, what is being done about it, and what a person can do. */
import { Button, Loader } from '@mantine/core';
import { calmerRate } from '#experiment/stable-rate.ts';
import { formatCount } from '#lib/format.ts';
import { editExperiment, useExperiment } from '#stores/experiment.ts';
import { canResume, resumeFromCheckpoint } from '#stores/recovery.ts';
import { dismissTrouble, reset, train } from '#stores/run.ts';
import { useRun } from '#stores/run-state.ts';
import { Note } from './Note.tsx';
import styles from './problems.module.css';
import { useBlocker, useOutdated } from './run-state.ts';

export function RunTrouble() {
  const status = useRun((run) => run.status);
  const trouble = useRun((run) => run.trouble);
  if (!trouble) return null;
  if (status === 'recovering') return <Recovering message={trouble.message} />;
  if (status === 'failed') return <Stopped message={trouble.message} />;
  if (trouble.cause === 'numbers') return <BrokeDown message={trouble.message} />;
  return null;
}

function Recovering({ message }: { readonly message: string }) {
  const step = useRun((run) => run.checkpoint?.step ?? 0);
  const goesOn = useRun((run) => run.goesOn);
  const isRun = useRun((run) => run.experiment !== null);
  const next = goesOn ? 'Training goes on by itself' : 'The run will be there again';
  return (
    <Note
      tone="info"
      title="Recovering"
      actions={<Loader size={16} aria-hidden className={styles['busy'] ?? ''} />}
    >
      <p>
        {message} {isRun ? `${next} from step ${formatCount(step)}; the curves are kept.` : ''}
      </p>
    </Note>
  );
}

function Stopped({ message }: { readonly message: string }) {
  const resumable = useRun(canResume);
  const step = useRun((run) => run.checkpoint?.step ?? 0);
  const reached = useRun((run) => run.step);
  const outdated = useOutdated();
  const blocked = useBlocker() !== undefined;
  return (
    <Note
      tone="danger"
      title={reached > 0 ? 'The run has stopped' : 'The run could not start'}
      actions={
        <>
          {resumable && !outdated && !blocked ? (
            <Button variant="filled" onClick={() => void resumeFromCheckpoint()}>
              Resume from step {formatCount(step)}
            </Button>
          ) : null}
          <TrainAnewOrReset />
        </>
      }
    >
      <p>{message}</p>
      {reached > 0 ? (
        <p className="soft">
          Its curves and the weights of step {formatCount(step)} are kept, and can be exported.
        </p>
      ) : null}
    </Note>
  );
}

export function TrainAnewOrReset() {
  return (
    <>
      <Button onClick={() => void train()}>Train anew</Button>
      <Button onClick={() => void reset()}>Reset</Button>
    </>
  );
}

function BrokeDown({ message }: { readonly message: string }) {
  const step = useRun((run) => run.step);
  const training = useExperiment(({ experiment }) => experiment.training);
  const trained = useRun((run) => run.experiment?.training.learningRate);
  const calmer = calmerRate(training);
  const lower = () =>
    editExperiment((experiment) => ({
      ...experiment,
      training: { ...experiment.training, learningRate: calmer },
    }));
  const goOn = () => {
    if (lower()) void train();
  };
  return (
    <Note
      tone="warning"
      title="Training broke down"
      onClose={dismissTrouble}
      actions={
        training.learningRate === trained ? (
          <Button onClick={goOn}>Go on with a learning rate of {calmer}</Button>
        ) : undefined
      }
    >
      <p>
        {message} The run is paused at step {formatCount(step)}, before that; Resume goes on from there.
      </p>
    </Note>
  );
}
