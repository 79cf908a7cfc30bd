/** Computes the chosen ensemble: why it cannot be, how far it is, and a way to stop it. */
import { Alert, Button, Progress } from '@mantine/core';
import { useDataset } from '#stores/dataset.ts';
import {
  cancelEnsemble,
  combinationProblem,
  computeEnsemble,
  isDataHere,
  useEnsemble,
  type Candidate,
} from '#stores/ensembles.ts';
import { nameOf, openRun } from '#stores/library.ts';
import { useRun } from '#stores/run-state.ts';
import styles from './ensembles.module.css';

const compute = (members: readonly Candidate[]) =>
  computeEnsemble(members.map(({ record, step }) => ({ run: record.id, step })));

export function ComputeBar({ members }: { readonly members: readonly Candidate[] }) {
  const status = useEnsemble((state) => state.status);
  const error = useEnsemble((state) => state.error);
  const problem = combinationProblem(members, nameOf);
  // Looked at anew whenever another data set is there.
  useDataset(({ status: loading, key }) => `${loading} ${key}`);
  if (status === 'computing') return <Computing />;
  return (
    <div className={styles['compute']}>
      <div className={styles['bar']}>
        <Button
          variant="filled"
          disabled={problem !== undefined || !isDataHere(members)}
          onClick={() => void compute(members)}
        >
          {problem === undefined ? `Compute the ensemble of ${members.length}` : 'Compute the ensemble'}
        </Button>
        {problem === undefined ? <Notes members={members} /> : <p className="soft">{problem}</p>}
      </div>
      {status === 'failed' && error ? (
        <Alert color="red" title="The ensemble was not computed">
          {error}
        </Alert>
      ) : null}
    </div>
  );
}

/** What is to be known before computing: that the data is not there, or that not all members have all tasks. */
function Notes({ members }: { readonly members: readonly Candidate[] }) {
  const status = useRun((run) => run.status);
  const loading = useDataset((data) => data.status === 'loading');
  const [first] = members;
  if (!first) return null;
  if (!isDataHere(members)) {
    if (loading) return <p className="soft">The data set is being loaded …</p>;
    return (
      <div className={styles['bar']}>
        <p className="soft">
          The data of these runs is not loaded. Opening one of them loads it
          {status === 'idle' ? '.' : '; the run that is on the page is kept.'}
        </p>
        <Button onClick={() => void openRun(first.record.id)}>Open “{nameOf(first.record)}”</Button>
      </div>
    );
  }
  const tasks = new Set(members.flatMap(({ record }) => record.experiment.tasks.map(({ id }) => id)));
  const isMixed = members.some(({ record }) => record.experiment.tasks.length < tasks.size);
  return (
    <p className="soft">
      {isMixed ? 'Members vote on the tasks that they have. ' : ''}
      {status === 'running' ? 'The run that trains goes on, and takes turns with this.' : ''}
    </p>
  );
}

function Computing() {
  const progress = useEnsemble((state) => state.progress);
  const percent = Math.round(100 * (progress?.share ?? 0));
  return (
    <div className={styles['computing']}>
      <Progress.Root size="sm">
        <Progress.Section value={percent} aria-label="Computing the ensemble" />
      </Progress.Root>
      <Button size="compact-sm" onClick={cancelEnsemble}>
        Cancel
      </Button>
      <p className="soft" aria-live="polite">
        {progress?.doing ?? ''}
      </p>
    </div>
  );
}
