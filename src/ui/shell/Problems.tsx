/** What is in the way: a refused edit, a network that does not fit, a run that failed. Calm, with what to do. */
import { Button } from '@mantine/core';
import type { Problem } from '#experiment/problem.ts';
import type { Survivors } from '#experiment/survivors.ts';
import { dismissRejected, undo, useExperiment, useHistory } from '#stores/experiment.ts';
import { continueWithChanges } from '#stores/recovery.ts';
import { dismissError, train } from '#stores/run.ts';
import { useRun } from '#stores/run-state.ts';
import { Note } from './Note.tsx';
import { RunTrouble, TrainAnewOrReset } from './RunTrouble.tsx';
import { useBlocker, useOutdated, useSurvivors } from './run-state.ts';

export function Problems() {
  return (
    <>
      <RejectedEdit />
      <RefusedEdit />
      <RunTrouble />
      <RunError />
      <Misfit />
      <Outdated />
    </>
  );
}

function ProblemText({ problem }: { readonly problem: Problem }) {
  return (
    <p>
      <code>{problem.path}</code> {problem.rule}, but is <code>{problem.found}</code>. {problem.remedy}
    </p>
  );
}

function RejectedEdit() {
  const rejected = useExperiment((state) => state.rejected);
  if (rejected.length === 0) return null;
  return (
    <Note tone="danger" title="This edit was not made" onClose={dismissRejected}>
      {rejected.slice(0, 3).map((problem) => (
        <ProblemText key={problem.path + problem.rule} problem={problem} />
      ))}
      {rejected.length > 3 ? <p>And {rejected.length - 3} more.</p> : null}
    </Note>
  );
}

function RefusedEdit() {
  const refusal = useExperiment((state) => state.refusal);
  if (refusal === null) return null;
  return (
    <Note tone="info" title="This edit was not made" onClose={dismissRejected}>
      <p>{refusal}</p>
    </Note>
  );
}

function Misfit() {
  const blocker = useBlocker();
  const { canUndo } = useHistory();
  if (!blocker) return null;
  return (
    <Note
      tone="warning"
      title="Cannot train yet"
      actions={canUndo ? <Button onClick={undo}>Undo the last edit</Button> : undefined}
    >
      <p>
        <code>{blocker.path}</code> {blocker.rule} (found <code>{blocker.found}</code>). {blocker.remedy}
      </p>
    </Note>
  );
}

function RunError() {
  const error = useRun((run) => run.error);
  const status = useRun((run) => run.status);
  const blocked = useBlocker() !== undefined;
  if (error === null || blocked) return null;
  const failed = status === 'failed';
  return (
    <Note
      tone="danger"
      title={failed ? 'The run could not start' : 'Something went wrong'}
      onClose={dismissError}
      actions={failed ? <TrainAnewOrReset /> : undefined}
    >
      <p>{error}</p>
    </Note>
  );
}

function Outdated() {
  const outdated = useOutdated();
  const blocked = useBlocker() !== undefined;
  const { canUndo } = useHistory();
  const status = useRun((run) => run.status);
  const survivors = useSurvivors();
  if (!outdated || blocked || status === 'recovering' || (status === 'failed' && !survivors)) return null;
  const running = status === 'running' || status === 'preparing';
  return (
    <Note
      tone="info"
      title={
        running
          ? 'The run goes on with its old settings'
          : 'These results belong to the settings before your edit'
      }
      actions={
        <>
          {survivors ? (
            <Button onClick={() => void continueWithChanges()}>Continue with the changes</Button>
          ) : null}
          {running ? <Button onClick={() => void train()}>Train anew</Button> : null}
          {canUndo ? <Button onClick={undo}>Undo the last edit</Button> : null}
        </>
      }
    >
      {survivors ? <p>{keptInWords(survivors)}</p> : null}
    </Note>
  );
}

/** "12 of 14 tensors keep their weights; 2 start anew." */
function keptInWords({ kept, fresh }: Survivors): string {
  const all = kept.length + fresh.length;
  if (fresh.length === 0) return `All ${all} tensors keep their weights if the run continues.`;
  if (kept.length === 0) return 'No tensor keeps its weights if the run continues: all start anew.';
  const [first] = fresh;
  const starting = fresh.length === 1 ? `${first} starts anew` : `${fresh.length} start anew`;
  return `${kept.length} of ${all} tensors keep their weights if the run continues; ${starting}.`;
}
