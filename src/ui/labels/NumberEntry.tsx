/** Numbers typed for the chosen images: Enter gives them, and goes on to the next image without one. */
import { type Dispatch, type Ref, useState } from 'react';
import type { LabelColumn } from '#data/dataset.ts';
import { formatCount } from '#lib/format.ts';
import { TextInput } from '@mantine/core';
import { readNumber } from '../shared/number-text.ts';
import type { EditorAction } from './editor-state.ts';
import styles from './labels.module.css';

interface NumberEntryProps {
  readonly column: LabelColumn;
  /** The image that the keyboard is at, whose numbers are shown; -1 for none. */
  readonly sample: number;
  readonly missing: number;
  readonly dispatch: Dispatch<EditorAction>;
  readonly first: Ref<HTMLInputElement>;
  /** After the last number was given. */
  readonly onDone: () => void;
}

export function NumberEntry({ column, sample, missing, dispatch, first, onDone }: NumberEntryProps) {
  const { info, values } = column;
  if (info.kind !== 'number') return null;
  const width = info.names.length;
  return (
    <>
      {info.names.map((name, at) => (
        <NumberRow
          key={`${sample} ${at}`}
          inputRef={at === 0 ? first : null}
          name={name}
          value={sample < 0 ? Number.NaN : (values[sample * width + at] ?? Number.NaN)}
          onCommit={(value, isEnter) => {
            dispatch({ type: 'number', at, value });
            if (!isEnter || at < width - 1) return;
            dispatch({ type: 'next' });
            onDone();
          }}
        />
      ))}
      <p className={styles['missing']}>
        <span>not labelled</span>
        <span className="mono">{formatCount(missing)}</span>
      </p>
    </>
  );
}

interface NumberRowProps {
  readonly inputRef: Ref<HTMLInputElement>;
  readonly name: string;
  readonly value: number;
  readonly onCommit: (value: number | null, isEnter: boolean) => void;
}

function NumberRow({ inputRef, name, value, onCommit }: NumberRowProps) {
  const shown = Number.isNaN(value) ? '' : String(Number(value.toPrecision(7)));
  const [draft, setDraft] = useState<string | null>(null);
  const typed = draft?.trim() === '' ? null : readNumber(draft ?? shown);
  const commit = (isEnter: boolean) => {
    setDraft(null);
    if (draft !== null && draft.trim() !== shown && typed !== undefined) onCommit(typed, isEnter);
  };
  return (
    <label className={styles['numberRow']}>
      <bdi title={name}>{name}</bdi>
      <TextInput
        ref={inputRef}
        inputMode="decimal"
        autoComplete="off"
        placeholder="not labelled"
        error={draft !== null && typed === undefined}
        value={draft ?? shown}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={() => commit(false)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit(true);
          else if (event.key === 'Escape' && draft !== null) setDraft(null);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
    </label>
  );
}
