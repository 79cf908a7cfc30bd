/** All that is known of a run, below its row: note, results of every task, where it ran, and what is rarely done with it. */
import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { formatBytes, formatCount, formatDuration } from '#lib/format.ts';
import { compareWith } from '#stores/compare.ts';
import { hideRun, nameOf, noteRun, type RunRecord } from '#stores/library.ts';
import { reading } from '../tasks/scores.ts';
import { taskColour } from '../task-colour.ts';
import { RunCapsule } from './RunCapsule.tsx';
import { bestMean, bestOf, canGoOn } from './run-words.ts';
import type { RunRowProps } from './RunRow.tsx';
import { Timeline } from './Timeline.tsx';
import styles from './runs.module.css';
import { spentFacts } from './spent.ts';

export function RunDetails({ record, isCurrent, isElsewhere, onOpen, onDelete }: RunRowProps) {
  const name = nameOf(record);
  return (
    <tr className={styles['details']}>
      <td colSpan={9}>
        <section aria-label={`About ${name}`}>
          <TaskResults record={record} />
          <Facts record={record} />
          <Timeline record={record} isElsewhere={isElsewhere} />
          <Note record={record} />
          <div className={styles['rare']}>
            {!isCurrent && !isElsewhere && canGoOn(record) ? (
              <Button onClick={() => onOpen({ record, as: 'open' })}>Open, paused</Button>
            ) : null}
            <Button onClick={() => compareWith(record.id)}>Compare with others</Button>
            <Button onClick={() => onOpen({ record, as: 'duplicate' })}>Duplicate as a new experiment</Button>
            <Button onClick={() => void hideRun(record.id, !record.hidden)}>
              {record.hidden ? 'Show everywhere' : 'Hide everywhere'}
            </Button>
            <Button c="var(--danger)" disabled={isElsewhere} onClick={() => onDelete(record)}>
              Delete
            </Button>
          </div>
          <RunCapsule record={record} />
        </section>
      </td>
    </tr>
  );
}

function TaskResults({ record }: { readonly record: RunRecord }) {
  return (
    <dl className={styles['results']}>
      {record.experiment.tasks.map((task, index) => {
        const best = bestOf(record, task);
        const test = reading(task, record.test?.tasks[task.id]);
        return (
          <div key={task.id}>
            <dt>
              <i style={{ background: taskColour(index) }} />
              {task.name}
            </dt>
            <dd className="mono">
              {best ? `${best.text} ${best.measure} @ ${formatCount(best.step)}` : 'not validated'}
              {test ? `, ${test} on test` : ''}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** What is kept of its weights. */
function weightsText({ checkpoints }: RunRecord): string {
  const steps = checkpoints.map(({ step }) => formatCount(step));
  if (steps.length === 0) return 'no weights';
  if (steps.length === 1) return `the weights of step ${steps[0]}`;
  return `the weights of steps ${steps.slice(0, -1).join(', ')} and ${steps.at(-1)}`;
}

/** What was changed while it trained, and when. */
function changesText({ changes = [] }: RunRecord): string {
  return changes.map(({ step, words }) => `${words} from step ${formatCount(step)}`).join('; ');
}

const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

function Facts({ record }: { readonly record: RunRecord }) {
  const mean = bestMean(record);
  const facts = [
    ['Best mean', mean && `${mean.text} ${mean.measure} @ ${formatCount(mean.step)}`],
    ['Differs in', record.difference === record.experiment.name ? undefined : record.difference],
    ['Changed on its way', changesText(record)],
    ['Steps', `${formatCount(record.step)} of ${formatCount(record.totalSteps)}`],
    ['Trained', formatDuration(record.seconds)],
    ...spentFacts(record),
    ['Begun', moment.format(record.createdAt)],
    ['Ran on', record.device?.adapter],
    ['Exported', record.imported && moment.format(record.imported.exportedAt)],
    ['Size', `${formatBytes(record.bytes)}, with ${weightsText(record)}`],
  ];
  return (
    <dl className={styles['facts']}>
      {facts.map(([what, value]) =>
        value ? (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

function Note({ record }: { readonly record: RunRecord }) {
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <Textarea
      label="Note"
      placeholder="What was tried, what was found"
      autosize
      minRows={2}
      maxRows={8}
      maxLength={4000}
      value={draft ?? record.note}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={() => {
        if (draft !== null && draft !== record.note) void noteRun(record.id, draft);
        setDraft(null);
      }}
    />
  );
}
