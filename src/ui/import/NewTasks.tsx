/** Tasks that no file speaks of: named here with their classes, labelled by hand once the images are here. */
import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { NewTask } from '#data/importing/import-view.ts';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './import.module.css';
import { TextField } from './TextField.tsx';

interface NewTasksProps {
  readonly tasks: readonly NewTask[];
  /** Names that are taken. */
  readonly names: readonly string[];
  readonly onChange: (tasks: readonly NewTask[]) => void;
}

const classesOf = (text: string) => [
  ...new Set(
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
];

export function NewTasks({ tasks, names, onChange }: NewTasksProps) {
  const [open, setOpen] = useState(false);
  const without = (place: number) => tasks.filter((_, i) => i !== place);
  return (
    <div className={styles['newTasks']}>
      {tasks.map((task, place) => (
        <p key={task.name}>
          <b dir="auto">{task.name}</b>
          <span dir="auto">{task.classes.join(', ')}</span>
          <span className="soft">to label by hand</span>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            aria-label={`Remove ${task.name}`}
            onClick={() => onChange(without(place))}
          >
            <IconX size={14} />
          </ActionIcon>
        </p>
      ))}
      {open ? (
        <NewTaskForm
          names={[...names, ...tasks.map(({ name }) => name)]}
          onAdd={(task) => {
            onChange([...tasks, task]);
            setOpen(false);
          }}
          onCancel={() => setOpen(false)}
        />
      ) : (
        <TextButton onClick={() => setOpen(true)}>Add a task to label by hand</TextButton>
      )}
    </div>
  );
}

interface NewTaskFormProps {
  readonly names: readonly string[];
  readonly onAdd: (task: NewTask) => void;
  readonly onCancel: () => void;
}

function NewTaskForm({ names, onAdd, onCancel }: NewTaskFormProps) {
  const id = useId();
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const classes = classesOf(text);
  const isTaken = names.includes(name.trim());
  const isReady = name.trim() !== '' && !isTaken && classes.length > 1;
  return (
    <fieldset className={styles['newTask']}>
      <legend className={styles['unseen']}>New task</legend>
      <label htmlFor={`${id}-name`}>Task</label>
      <TextField
        id={`${id}-name`}
        value={name}
        isLive
        mayBeEmpty
        placeholder="mood"
        isInvalid={isTaken}
        onCommit={setName}
      />
      <label htmlFor={`${id}-classes`}>Classes</label>
      <TextField
        id={`${id}-classes`}
        value={text}
        isLive
        mayBeEmpty
        placeholder="calm, wild, asleep"
        onCommit={setText}
      />
      <span>
        <Button
          size="compact-sm"
          variant="filled"
          disabled={!isReady}
          onClick={() => onAdd({ name: name.trim(), classes })}
        >
          Add
        </Button>
        <Button size="compact-sm" onClick={onCancel}>
          Cancel
        </Button>
      </span>
      <small>{isTaken ? 'A column has this name.' : 'Two classes or more, apart by commas.'}</small>
    </fieldset>
  );
}
