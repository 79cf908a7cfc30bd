/** The tasks of a set, which of them the keys are for, and its classes or numbers. */
import { TextInput } from '@mantine/core';
import type { Dispatch, RefObject } from 'react';
import type { ClassCounts } from '#data/split.ts';
import { AddColumn } from './AddColumn.tsx';
import { ClassList } from './ClassList.tsx';
import { type EditorAction, type EditorState, focused } from './editor-state.ts';
import styles from './labels.module.css';
import { NumberEntry } from './NumberEntry.tsx';

interface TaskSideProps {
  readonly state: EditorState;
  readonly dispatch: Dispatch<EditorAction>;
  readonly colourOf: (column: string) => string | undefined;
  readonly counts: ClassCounts;
  readonly keys: {
    readonly shown: readonly number[];
    readonly word: string;
    readonly setWord: (word: string) => void;
    readonly number: RefObject<HTMLInputElement | null>;
  };
  readonly onDone: () => void;
}

const kinds = { class: 'one of', labels: 'any of', number: 'number' } as const;

export function TaskSide({ state, dispatch, colourOf, counts, keys, onDone }: TaskSideProps) {
  const column = focused(state);
  const { columns } = state.history.labels;
  const several = column && column.info.kind !== 'number' && column.info.classes.length > 9;
  return (
    <aside className={styles['side']} aria-label="Tasks and classes">
      <h3>Tasks</h3>
      <div className={styles['columns']} role="radiogroup" aria-label="Task that the keys give labels of">
        {columns.map(({ info }) => (
          <label key={info.id} data-chosen={info.id === state.column || undefined}>
            <input
              type="radio"
              name="label-column"
              checked={info.id === state.column}
              onChange={() => {
                keys.setWord('');
                dispatch({ type: 'focus', column: info.id });
              }}
            />
            <i style={{ background: colourOf(info.id) ?? 'var(--line-strong)' }} aria-hidden />
            <bdi title={info.name}>{info.name}</bdi>
            <small>
              {kinds[info.kind]} {'classes' in info ? info.classes.length : ''}
            </small>
          </label>
        ))}
      </div>
      <AddColumn columns={columns.map(({ info }) => info)} dispatch={dispatch} />
      {column ? <h3>{column.info.kind === 'number' ? 'Numbers' : 'Classes'}</h3> : null}
      {several ? (
        <TextInput
          aria-label="Find a class"
          placeholder="Find a class: keys follow"
          value={keys.word}
          onChange={(event) => keys.setWord(event.currentTarget.value)}
        />
      ) : null}
      {column?.info.kind === 'number' ? (
        <NumberEntry
          column={column}
          sample={state.list[state.selection.active] ?? -1}
          missing={counts.missing}
          dispatch={dispatch}
          first={keys.number}
          onDone={onDone}
        />
      ) : null}
      {column && column.info.kind !== 'number' ? (
        <ClassList
          key={column.info.id}
          column={column}
          counts={counts.counts}
          missing={counts.missing}
          shown={keys.shown}
          dispatch={dispatch}
        />
      ) : null}
    </aside>
  );
}
