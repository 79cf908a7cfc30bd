/** The tasks: what each learns, how it is doing, and how they are balanced. */
import { Menu } from '@mantine/core';
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import { kindFor } from '#experiment/tasks/index.ts';
import { useExperiment } from '#stores/experiment.ts';
import { inWords } from '../shared/fields-of.ts';
import { Section } from '../shared/Section.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import { addTask } from './edits.ts';
import { StrategySettings } from './StrategySettings.tsx';
import { TaskItem } from './TaskItem.tsx';
import styles from './tasks.module.css';

export function TasksPanel() {
  const tasks = useExperiment(({ experiment }) => experiment.tasks);
  return (
    <Section title="Tasks" action={<AddTask />}>
      <ul className={styles['tasks']}>
        {tasks.map((task, index) => (
          <TaskItem key={task.id} task={task} index={index} removable={tasks.length > 1} />
        ))}
      </ul>
      <StrategySettings />
    </Section>
  );
}

function AddTask() {
  const info = useExperiment((state) => state.info);
  const tasks = useExperiment(({ experiment }) => experiment.tasks);
  const isUsed = ({ id }: ColumnInfo) => tasks.some(({ column }) => column === id);
  const groups = [
    { title: 'Labels not learnt yet', columns: info.columns.filter((column) => !isUsed(column)) },
    { title: 'Once more, with other settings', columns: info.columns.filter(isUsed) },
  ];
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <TextButton>Add</TextButton>
      </Menu.Target>
      <Menu.Dropdown>
        {groups
          .filter(({ columns }) => columns.length > 0)
          .map(({ title, columns }) => [
            <Menu.Label key={title}>{title}</Menu.Label>,
            ...columns.map((column) => (
              <Menu.Item key={column.id} onClick={() => addTask(column)}>
                {column.name} <span className="soft">{inWords(kindFor(column)).toLowerCase()}</span>
              </Menu.Item>
            )),
          ])}
      </Menu.Dropdown>
    </Menu>
  );
}
