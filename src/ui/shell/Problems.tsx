/** What is in the way: a refused edit, a network that does not fit, a run that failed. Calm, with what to do. */
import { Button, CloseButton } from '@mantine/core';
import { IconAlertTriangle, IconBan, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Problem } from '#experiment/problem.ts';
import { dismissRejected, undo, useExperiment, useHistory } from '#stores/experiment.ts';
import { dismissError, reset, train, useRun } from '#stores/run.ts';
import styles from './problems.module.css';
import { useBlocker, useOutdated } from './run-state.ts';

export function Problems() {
  return (
    <>
      <RejectedEdit />
      <RunError />
      <Misfit />
      <Outdated />
    </>
  );
}

interface NoteProps {
  readonly tone: 'danger' | 'warning' | 'info';
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly onClose?: () => void;
}

const icons = { danger: IconAlertTriangle, warning: IconBan, info: IconInfoCircle };

function Note({ tone, title, children, actions, onClose }: NoteProps) {
  const Icon = icons[tone];
  return (
    <div className={styles['note']} role={tone === 'info' ? 'status' : 'alert'} data-tone={tone}>
      <Icon size={17} stroke={1.7} aria-hidden />
      <div className={styles['words']}>
        <b>{title}</b>
        {children}
      </div>
      {actions ? <div className={styles['actions']}>{actions}</div> : null}
      {onClose ? <CloseButton size="sm" aria-label="Dismiss" onClick={onClose} /> : null}
    </div>
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
  const step = useRun((run) => run.step);
  const blocked = useBlocker() !== undefined;
  if (error === null || blocked) return null;
  const failed = status === 'failed';
  const title =
    failed && step > 0 ? 'The run has stopped' : failed ? 'The run could not start' : 'Something went wrong';
  return (
    <Note
      tone="danger"
      title={title}
      onClose={dismissError}
      actions={
        failed ? (
          <>
            <Button onClick={() => void train()}>Train anew</Button>
            <Button onClick={() => void reset()}>Reset</Button>
          </>
        ) : undefined
      }
    >
      <p>{error}</p>
      {failed && step > 0 ? <p className="soft">Its curves so far are kept below.</p> : null}
    </Note>
  );
}

function Outdated() {
  const outdated = useOutdated();
  const blocked = useBlocker() !== undefined;
  const { canUndo } = useHistory();
  const status = useRun((run) => run.status);
  if (!outdated || blocked || status === 'failed') return null;
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
          {running ? <Button onClick={() => void train()}>Train anew</Button> : null}
          {canUndo ? <Button onClick={undo}>Undo the last edit</Button> : null}
        </>
      }
    />
  );
}
