/** The classes of a column with the keys that give them and how many images carry each; renamed, merged and added here. */
import { ActionIcon, Menu, TextInput } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { type Dispatch, useState } from 'react';
import type { LabelColumn } from '#data/dataset.ts';
import type { LabelEdit } from '#data/labels/edits.ts';
import { formatCount } from '#lib/format.ts';
import { TextButton } from '../shared/TextButton.tsx';
import type { EditorAction } from './editor-state.ts';
import styles from './labels.module.css';

/** Rows drawn at once; more are found by a word. */
const most = 100;

interface ClassListProps {
  readonly column: LabelColumn;
  readonly counts: readonly number[];
  readonly missing: number;
  /** Places of the classes that are listed: the first nine have keys. */
  readonly shown: readonly number[];
  readonly dispatch: Dispatch<EditorAction>;
}

/** The places of the classes whose names hold a word. */
export function classesWith(column: LabelColumn | undefined, word: string): number[] {
  if (!column || column.info.kind === 'number') return [];
  const wanted = word.trim().toLowerCase();
  return column.info.classes.flatMap((name, at) => (name.toLowerCase().includes(wanted) ? [at] : []));
}

export function ClassList({ column, counts, missing, shown, dispatch }: ClassListProps) {
  const [open, setOpen] = useState<{ readonly at: number; readonly how: 'rename' | 'merge' } | null>(null);
  const { info } = column;
  if (info.kind === 'number') return null;
  const edit = (change: LabelEdit) => {
    dispatch({ type: 'edit', edit: change });
    setOpen(null);
  };
  return (
    <>
      <ul className={styles['classes']} aria-label={`Classes of ${info.name}`}>
        {shown.slice(0, most).map((at, i) => (
          <li key={at}>
            <button
              type="button"
              className={styles['give']}
              onClick={() => dispatch({ type: 'give', at })}
              title={`Give “${info.classes[at]}” to the chosen images`}
            >
              <kbd aria-hidden={i >= 9}>{i < 9 ? i + 1 : ''}</kbd>
              <bdi>{info.classes[at]}</bdi>
              <span className="mono">{formatCount(counts[at] ?? 0)}</span>
            </button>
            <ClassMenu name={info.classes[at] ?? ''} onChoose={(how) => setOpen({ at, how })} />
            {open?.at === at && open.how === 'rename' ? (
              <NameForm
                label={`New name of ${info.classes[at]}`}
                start={info.classes[at] ?? ''}
                action="Rename"
                onDone={(name) =>
                  name === null ? setOpen(null) : edit({ kind: 'rename', column: info.id, at, name })
                }
              />
            ) : null}
            {open?.at === at && open.how === 'merge' ? (
              <MergeForm
                column={column}
                from={at}
                onDone={(into) =>
                  into === null ? setOpen(null) : edit({ kind: 'merge', column: info.id, from: [at], into })
                }
              />
            ) : null}
          </li>
        ))}
      </ul>
      {shown.length > most ? (
        <p className="soft">… and {formatCount(shown.length - most)} more: find them by a word.</p>
      ) : null}
      <p className={styles['missing']}>
        <span>not labelled</span>
        <span className="mono">{formatCount(missing)}</span>
      </p>
      <AddClass onAdd={(name) => dispatch({ type: 'edit', edit: { kind: 'add', column: info.id, name } })} />
    </>
  );
}

interface ClassMenuProps {
  readonly name: string;
  readonly onChoose: (how: 'rename' | 'merge') => void;
}

function ClassMenu({ name, onChoose }: ClassMenuProps) {
  return (
    <Menu position="bottom-end" width={190} returnFocus={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={24} aria-label={`Change the class ${name}`}>
          <IconDots size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onChoose('rename')}>Rename …</Menu.Item>
        <Menu.Item onClick={() => onChoose('merge')}>Merge into another …</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface NameFormProps {
  readonly label: string;
  readonly start: string;
  readonly action: string;
  readonly onDone: (name: string | null) => void;
}

const intoFocus = (element: HTMLElement | null) => element?.focus();

function NameForm({ label, start, action, onDone }: NameFormProps) {
  const [name, setName] = useState(start);
  return (
    <form
      className={styles['nameForm']}
      onSubmit={(event) => {
        event.preventDefault();
        onDone(name);
      }}
    >
      <TextInput
        ref={intoFocus}
        aria-label={label}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onDone(null);
        }}
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextButton type="submit">{action}</TextButton>
    </form>
  );
}

interface MergeFormProps {
  readonly column: LabelColumn;
  readonly from: number;
  readonly onDone: (into: number | null) => void;
}

function MergeForm({ column, from, onDone }: MergeFormProps) {
  const classes = column.info.kind === 'number' ? [] : column.info.classes;
  const others = classes.map((_, at) => at).filter((at) => at !== from);
  const [into, setInto] = useState(others[0] ?? from);
  return (
    <form
      className={styles['nameForm']}
      onSubmit={(event) => {
        event.preventDefault();
        onDone(into);
      }}
    >
      <select
        ref={intoFocus}
        aria-label={`Merge ${classes[from]} into`}
        value={into}
        onChange={(event) => setInto(Number(event.currentTarget.value))}
      >
        {others.map((at) => (
          <option key={at} value={at}>
            {classes[at]}
          </option>
        ))}
      </select>
      <TextButton type="submit">Merge</TextButton>
      <TextButton onClick={() => onDone(null)}>Cancel</TextButton>
    </form>
  );
}

function AddClass({ onAdd }: { readonly onAdd: (name: string) => void }) {
  const [adding, setAdding] = useState(false);
  if (!adding) return <TextButton onClick={() => setAdding(true)}>Add a class</TextButton>;
  return (
    <NameForm
      label="Name of the class"
      start=""
      action="Add"
      onDone={(name) => {
        setAdding(false);
        if (name !== null && name.trim() !== '') onAdd(name);
      }}
    />
  );
}
