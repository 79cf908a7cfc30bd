/** What was understood of each data set: its layout with the others that fit, and a pattern of file names, applied as it is typed. */
import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { ImportView, TableView } from '#data/importing/import-view.ts';
import { namePattern } from '#data/importers/name-pattern.ts';
import { formatCount } from '#lib/format.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './import.module.css';
import { useActions } from './actions.ts';
import { layoutName } from './layouts.ts';
import { TextField } from './TextField.tsx';

/** Milliseconds after the last key before the whole table is read by the pattern. */
const patience = 350;

/** A data set that is kept here already, and may become part of this one. */
export interface OwnSet {
  readonly id: string;
  readonly name: string;
  readonly samples: number;
}

interface TableListProps {
  readonly view: ImportView;
  readonly ownSets: readonly OwnSet[];
}

export function TableList({ view, ownSets }: TableListProps) {
  const actions = useActions();
  return (
    <>
      <ul className={styles['tables']} aria-label="What was understood">
        {view.tables.map((table) => (
          <Table key={table.id} table={table} isOnly={view.tables.length === 1} />
        ))}
      </ul>
      <div className={styles['add']}>
        <TextButton onClick={() => actions.addFiles(false)}>Add files</TextButton>
        <TextButton onClick={() => actions.addFiles(true)}>Add a folder</TextButton>
        {ownSets.length > 0 ? (
          <ChoiceField
            aria-label="Add a data set that is here"
            value=""
            options={['', ...ownSets.map(({ id }) => id)]}
            labelOf={(id) => {
              const set = ownSets.find((each) => each.id === id);
              return set ? `${set.name} (${formatCount(set.samples)})` : 'Add a data set that is here';
            }}
            onCommit={(id) => actions.addSet(id)}
          />
        ) : null}
      </div>
    </>
  );
}

function Table({ table, isOnly }: { readonly table: TableView; readonly isOnly: boolean }) {
  const actions = useActions();
  const { id, name, importer, fitting, samples } = table;
  return (
    <li>
      <div className={styles['table']}>
        {fitting.length > 1 ? (
          <ChoiceField
            aria-label={`How ${name} is read`}
            value={importer}
            options={fitting.includes(importer) ? fitting : [importer, ...fitting]}
            labelOf={layoutName}
            onCommit={(next) => actions.reread(id, { importer: next })}
          />
        ) : (
          <b>{layoutName(importer)}</b>
        )}
        <span className={styles['tableName']} dir="auto">
          {name}
        </span>
        <span>
          · <span className="mono">{formatCount(samples)}</span> {samples === 1 ? 'image' : 'images'}
        </span>
        {isOnly ? null : (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            aria-label={`Leave ${name} out`}
            onClick={() => actions.removeTable(id)}
          >
            <IconX size={14} />
          </ActionIcon>
        )}
      </div>
      {importer === 'own' ? null : <Pattern table={table} />}
    </li>
  );
}

/** Called with the newest value once it has stayed for a while. */
function useSettled(commit: (value: string) => void): (value: string) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (value) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => commit(value), patience);
  };
}

interface Reading {
  readonly problem: string | null;
  readonly rows: readonly { readonly name: string; readonly labels: readonly string[] | null }[];
  readonly columns: readonly string[];
}

/** What a pattern makes of some names; nothing where it is empty. */
function readNames(text: string, names: readonly string[]): Reading | null {
  if (text.trim() === '') return null;
  try {
    const pattern = namePattern(text.trim());
    const rows = names.slice(0, 5).map((name) => ({ name, labels: pattern.match(name) }));
    return { problem: null, rows, columns: pattern.columns };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error), rows: [], columns: [] };
  }
}

function Pattern({ table }: { readonly table: TableView }) {
  const { reread } = useActions();
  const id = useId();
  const [text, setText] = useState(table.pattern ?? '');
  const [open, setOpen] = useState(table.pattern !== null);
  const reading = readNames(text, table.names);
  const settle = useSettled((next) => {
    const pattern = next.trim() === '' ? null : next.trim();
    if (pattern !== table.pattern && !readNames(next, [])?.problem) reread(table.id, { pattern });
  });
  if (!open)
    return (
      <p className={styles['names']}>
        <span dir="auto">{table.names.slice(0, 3).join(', ')}</span>{' '}
        <TextButton onClick={() => setOpen(true)}>Labels in the names?</TextButton>
      </p>
    );
  const problem = reading?.problem ?? (text === table.pattern ? table.patternProblem : null);
  return (
    <div className={styles['pattern']}>
      <label htmlFor={id}>Pattern of file names</label>
      <TextField
        id={id}
        aria-describedby={`${id}-says`}
        value={text}
        mayBeEmpty
        isLive
        isInvalid={problem !== null}
        placeholder="{age}_{gender}_*.jpg"
        onCommit={(next) => {
          setText(next);
          settle(next);
        }}
      />
      <div id={`${id}-says`} aria-live="polite">
        {problem ? <p data-danger>{problem}</p> : null}
        <ul>
          {(reading?.rows ?? table.names.slice(0, 5).map((name) => ({ name, labels: null }))).map(
            ({ name, labels }) => (
              <li key={name} dir="auto">
                <span className="mono">{name}</span>
                {labels ? (
                  labels.map((label, i) => (
                    <span key={reading?.columns[i]}>
                      {reading?.columns[i]} <b>{label}</b>
                    </span>
                  ))
                ) : reading && !problem ? (
                  <i>does not fit: not labelled</i>
                ) : null}
              </li>
            ),
          )}
        </ul>
      </div>
    </div>
  );
}
