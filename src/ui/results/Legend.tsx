/** Tasks and sorts of lines; a click hides a task's curves. */
import { UnstyledButton } from '@mantine/core';
import type { Task } from '#experiment/tasks/index.ts';
import { Swatch } from '../charts/ChartCursor.tsx';
import { taskColour } from '../task-colour.ts';
import styles from './results.module.css';

interface LegendProps {
  readonly tasks: readonly Task[];
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (task: string) => void;
  /** Whether there are lines of both training and validation. */
  readonly hasValidation?: boolean;
}

export function Legend({ tasks, hidden, onToggle, hasValidation = true }: LegendProps) {
  return (
    <div className={styles['legend']}>
      <ul aria-label="Tasks, click to hide">
        {tasks.map((task, index) => (
          <li key={task.id}>
            <UnstyledButton
              className={styles['legendTask']}
              aria-pressed={!hidden.has(task.id)}
              onClick={() => onToggle(task.id)}
            >
              <Swatch colour={taskColour(index)} dashed={false} />
              {task.name}
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {hasValidation ? (
        <span className={styles['legendLines']}>
          <Swatch colour="var(--ink-soft)" dashed={false} /> train
          <Swatch colour="var(--ink-soft)" dashed /> validation
        </span>
      ) : null}
    </div>
  );
}
