/** A task's settings: its name, its label column, its loss. */
import { TextInput } from '@mantine/core';
import { describeTask, type Task, taskFor } from '#experiment/tasks/index.ts';
import { useExperiment } from '#stores/experiment.ts';
import { FieldRow } from '../shared/FieldRow.tsx';
import { SchemaForm } from '../shared/SchemaForm.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { ClassWeights } from './ClassWeights.tsx';
import { editTask, removeTask } from './edits.ts';
import styles from './tasks.module.css';

interface TaskSettingsProps {
  readonly task: Task;
  readonly removable: boolean;
}

export function TaskSettings({ task, removable }: TaskSettingsProps) {
  const { definition, lossName } = describeTask(task);
  const columns = useExperiment(({ info }) => info.columns);
  const fitting = columns.filter((column) => taskFor(column).kind === task.kind);
  return (
    <div className={styles['settings']}>
      <p className="soft">
        {definition.help} Loss: {lossName}.
      </p>
      <FieldRow label="Name">
        {(ids) => (
          <TextInput
            {...ids}
            key={task.name}
            defaultValue={task.name}
            maxLength={80}
            onBlur={(event) => {
              const name = event.currentTarget.value.trim();
              if (name !== task.name) editTask(task.id, { name });
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.currentTarget.blur();
            }}
          />
        )}
      </FieldRow>
      <FieldRow label="Label column">
        {(ids) => (
          <ChoiceField
            {...ids}
            value={task.column}
            options={fitting.map(({ id }) => id)}
            labelOf={(id) => columns.find((column) => column.id === id)?.name ?? id}
            onCommit={(column) => editTask(task.id, { column })}
          />
        )}
      </FieldRow>
      <SchemaForm
        schema={definition.schema}
        value={task}
        omit={['id', 'name', 'column']}
        onChange={(key, value) => editTask(task.id, { [key]: value })}
      />
      {'classWeights' in task ? <ClassWeights task={task} /> : null}
      <div className={styles['remove']}>
        <TextButton
          disabled={!removable}
          title={removable ? undefined : 'An experiment needs at least one task.'}
          onClick={() => removeTask(task.id)}
        >
          Remove this task
        </TextButton>
      </div>
    </div>
  );
}
