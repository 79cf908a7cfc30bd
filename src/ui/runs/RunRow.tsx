/** One run of the list: what it is, how it did, and what is done with it most. */
import { IconChevronRight, IconPin, IconPinFilled } from '@tabler/icons-react';
import { memo } from 'react';
import { formatBytes, formatCount, formatDuration } from '#lib/format.ts';
import { nameOf, pinRun, type RunRecord } from '#stores/library.ts';
import { taskColour } from '../task-colour.ts';
import { RunDetails } from './RunDetails.tsx';
import { RunName } from './RunName.tsx';
import { bestMean, bestOf, canGoOn, explanationOf, stateOf, whenText } from './run-words.ts';
import type { Wish } from './opening.ts';
import styles from './runs.module.css';

/** Tasks that have room in a row. */
const roomForTasks = 3;

export interface RunRowProps {
  readonly record: RunRecord;
  /** Whether it is the run on the page. */
  readonly isCurrent: boolean;
  /** Whether another page has it open. */
  readonly isElsewhere: boolean;
  readonly isUnfolded: boolean;
  readonly now: Date;
  readonly onToggle: (id: string) => void;
  readonly onOpen: (wish: Wish) => void;
  readonly onDelete: (record: RunRecord) => void;
}

/** Plain elements throughout: some hundred rows are listed at once. */
export const RunRow = memo(function RunRow(props: RunRowProps) {
  const { record, isCurrent, isElsewhere, isUnfolded, now } = props;
  const created = new Date(record.createdAt);
  const explanation = isElsewhere ? elsewhereText(record) : explanationOf(record, isCurrent);
  return (
    <>
      <tr data-hidden={record.hidden || undefined} data-unfolded={isUnfolded || undefined}>
        <th scope="row" aria-label={nameOf(record)}>
          <div className={styles['name']}>
            <i className={styles['mark']} style={{ background: taskColour(record.colour) }} />
            <div>
              <RunName record={record} />
              {explanation ? <p className={styles['explanation']}>{explanation}</p> : null}
              {record.note ? <p className={styles['note']}>{record.note}</p> : null}
            </div>
          </div>
        </th>
        <td data-state={record.status}>{stateOf(record)}</td>
        <td className="mono">
          <MeanCell record={record} />
        </td>
        <td className={`mono ${styles['more']}`}>
          <TaskCells record={record} />
        </td>
        <td className={`mono ${styles['more']}`}>
          {formatCount(record.step)}
          <small> / {formatCount(record.totalSteps)}</small>
        </td>
        <td className={`mono ${styles['most']}`}>{formatDuration(record.seconds)}</td>
        <td className={`mono ${styles['more']}`}>
          <time dateTime={created.toISOString()}>{whenText(created, now)}</time>
        </td>
        <td className={`mono ${styles['most']}`}>{formatBytes(record.bytes)}</td>
        <td>
          <Actions {...props} />
        </td>
      </tr>
      {isUnfolded ? <RunDetails {...props} /> : null}
    </>
  );
});

function elsewhereText({ status }: RunRecord): string {
  return `${status === 'running' ? 'Trains' : 'Is open'} on another page; it can be opened here once that lets go of it.`;
}

function MeanCell({ record }: { readonly record: RunRecord }) {
  const best = bestMean(record);
  if (!best) return <span className="soft">–</span>;
  return (
    <>
      {best.text} <small>{best.measure}</small>
    </>
  );
}

function TaskCells({ record }: { readonly record: RunRecord }) {
  const { tasks } = record.experiment;
  return (
    <ul className={styles['tasks']}>
      {tasks.slice(0, roomForTasks).map((task, index) => (
        <li key={task.id} title={task.name}>
          <i style={{ background: taskColour(index) }} />
          <span className={styles['unseen']}>{task.name}: </span>
          {bestOf(record, task)?.text ?? '–'}
        </li>
      ))}
      {tasks.length > roomForTasks ? <li>+{tasks.length - roomForTasks}</li> : null}
    </ul>
  );
}

function Actions({ record, isCurrent, isElsewhere, isUnfolded, onToggle, onOpen }: RunRowProps) {
  const name = nameOf(record);
  const goesOn = canGoOn(record);
  const Pin = record.pinned ? IconPinFilled : IconPin;
  return (
    <div className={styles['actions']}>
      {isCurrent || isElsewhere ? (
        <span className={styles['here']}>{isCurrent ? 'on the page' : 'on another page'}</span>
      ) : (
        <button
          type="button"
          aria-label={`${goesOn ? 'Resume' : 'Open'} ${name}`}
          className={styles['open']}
          onClick={() => onOpen({ record, as: goesOn ? 'resume' : 'open' })}
        >
          {goesOn ? 'Resume' : 'Open'}
        </button>
      )}
      <button
        type="button"
        aria-label={`Pin ${name}`}
        aria-pressed={record.pinned}
        title="Pinned runs come first"
        className={styles['icon']}
        onClick={() => void pinRun(record.id, !record.pinned)}
      >
        <Pin size={15} aria-hidden />
      </button>
      <button
        type="button"
        aria-label={`More of ${name}`}
        aria-expanded={isUnfolded}
        title="Note, results, duplicate, delete"
        className={styles['icon']}
        onClick={() => onToggle(record.id)}
      >
        <IconChevronRight size={15} aria-hidden />
      </button>
    </div>
  );
}
