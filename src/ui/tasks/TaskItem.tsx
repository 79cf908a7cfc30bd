/** One task: colour, name, kind, last validation; opened, its settings. */
import { Tooltip } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { columnNames } from '#experiment/tasks/base.ts';
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import { formatCount } from '#lib/format.ts';
import { useExperiment } from '#stores/experiment.ts';
import { setView, useView } from '#stores/view.ts';
import { taskColour } from '../task-colour.ts';
import { mainMetric, shortName, useStanding } from './scores.ts';
import { TaskSettings } from './TaskSettings.tsx';
import styles from './tasks.module.css';

interface TaskItemProps {
  readonly task: Task;
  readonly index: number;
  readonly removable: boolean;
}

export function TaskItem({ task, index, removable }: TaskItemProps) {
  const [open, setOpen] = useState(false);
  const selected = useView(({ selection }) => selection === `tasks.${task.id}`);
  const column = useExperiment(({ info }) => info.columns.find(({ id }) => id === task.column));
  const kind = describeTask(task).definition.name.toLowerCase();
  const toggle = () => {
    setOpen(!open);
    if (!open) setView({ selection: `tasks.${task.id}` });
  };
  return (
    <li style={{ '--task': taskColour(index) }} data-selected={selected || undefined}>
      <button type="button" className={styles['item']} aria-expanded={open} onClick={toggle}>
        <i className={styles['dot']} aria-hidden />
        <span className={styles['what']}>
          <b>{task.name}</b>
          <small>
            {kind}
            {column ? ` · ${columnNames(column).length}` : ''}
          </small>
        </span>
        <Standing task={task} />
        <IconChevronRight size={13} aria-hidden className={styles['chevron']} />
      </button>
      {open ? <TaskSettings task={task} removable={removable} /> : null}
    </li>
  );
}

function Standing({ task }: { readonly task: Task }) {
  const { last, best, bestStep } = useStanding(task);
  const metric = mainMetric(task);
  if (last === undefined) return null;
  return (
    <Tooltip
      disabled={best === undefined}
      label={`Best ${best ?? ''} at step ${formatCount(bestStep ?? 0)} (by validation loss)`}
    >
      <span className={styles['standing']}>
        <span className="mono">{last}</span>
        <small>val {shortName(metric)}</small>
      </span>
    </Tooltip>
  );
}
