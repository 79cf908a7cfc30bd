/** A task more for images that are labelled by hand: its name, what a label of it is, its classes. */
import { SegmentedControl, TextInput } from '@mantine/core';
import { type Dispatch, useState } from 'react';
import { columnIds } from '#data/understanding/apply.ts';
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import { TextButton } from '../shared/TextButton.tsx';
import type { EditorAction } from './editor-state.ts';
import styles from './labels.module.css';

interface Typed {
  readonly kind: ColumnInfo['kind'];
  readonly name: string;
  readonly classes: string;
}

/** The column that was described; null while something is missing. */
function columnInfo(columns: readonly ColumnInfo[], typed: Typed): ColumnInfo | null {
  const { kind } = typed;
  const name = typed.name.trim();
  const classes = [...new Set(typed.classes.split(',').map((each) => each.trim()))].filter(Boolean);
  if (name === '' || (kind !== 'number' && classes.length < (kind === 'class' ? 2 : 1))) return null;
  const plain = columnIds([name])[0] ?? 'labels';
  const isTaken = (id: string) => columns.some((each) => each.id === id);
  let id = plain;
  for (let next = 2; isTaken(id); next++) id = `${plain}-${next}`;
  return kind === 'number' ? { id, name, kind, names: [name] } : { id, name, kind, classes };
}

interface AddColumnProps {
  readonly columns: readonly ColumnInfo[];
  readonly dispatch: Dispatch<EditorAction>;
}

export function AddColumn({ columns, dispatch }: AddColumnProps) {
  const [open, setOpen] = useState(columns.length === 0);
  const [kind, setKind] = useState<ColumnInfo['kind']>('class');
  const [name, setName] = useState('');
  const [classes, setClasses] = useState('');
  if (!open) return <TextButton onClick={() => setOpen(true)}>Add a task</TextButton>;
  const info = columnInfo(columns, { kind, name, classes });
  const add = () => {
    if (!info) return;
    dispatch({ type: 'edit', edit: { kind: 'column', info } });
    dispatch({ type: 'focus', column: info.id });
    setOpen(false);
    setName('');
    setClasses('');
  };
  return (
    <form
      className={styles['addColumn']}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <TextInput
        aria-label="Name of the task"
        placeholder="Name, such as Animal"
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="What a label is"
        value={kind}
        data={[
          { value: 'class', label: 'one class' },
          { value: 'labels', label: 'several' },
          { value: 'number', label: 'number' },
        ]}
        onChange={(value) => setKind(value === 'labels' || value === 'number' ? value : 'class')}
      />
      {kind === 'number' ? null : (
        <TextInput
          aria-label="Classes, with commas between them"
          placeholder="Classes: cat, dog, cow"
          value={classes}
          onChange={(event) => setClasses(event.currentTarget.value)}
        />
      )}
      <div>
        <TextButton type="submit" disabled={!info}>
          Add the task
        </TextButton>
        {columns.length > 0 ? <TextButton onClick={() => setOpen(false)}>Cancel</TextButton> : null}
      </div>
    </form>
  );
}
