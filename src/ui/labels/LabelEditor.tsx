/** The editor of a set's labels: left the tasks and their classes, right the images, below the keys. */
import { ActionIcon, Button } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import {
  type KeyboardEvent,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useReducer,
  useRef,
  useState,
} from 'react';
import { countClasses } from '#data/split.ts';
import type { LabelColumn } from '#data/dataset.ts';
import type { DraftStore } from '#data/labels/drafts.ts';
import type { LabelEdit } from '#data/labels/edits.ts';
import type { SampleFilter } from '#data/labels/filter.ts';
import { describeChanges } from '#data/labels/history.ts';
import type { ImageReader } from '#data/image-reader.ts';
import type { SetLabels } from '#data/sets/manifest.ts';
import type { ImageShape } from '#experiment/dataset-info.ts';
import { formatCount } from '#lib/format.ts';
import { classesWith } from './ClassList.tsx';
import { type EditorState, focused, openEditor, reduceEditor } from './editor-state.ts';
import { FilterBar } from './FilterBar.tsx';
import styles from './labels.module.css';
import { captionOf, useNames } from './sample-words.ts';
import { SampleGrid } from './SampleGrid.tsx';
import { TaskSide } from './TaskSide.tsx';
import { useDraft } from './use-draft.ts';

export interface LabelEditorProps {
  readonly id: string;
  readonly name: string;
  readonly shape: ImageShape;
  readonly revision: number;
  readonly labels: SetLabels;
  readonly reader: ImageReader | null;
  readonly readNames: () => Promise<readonly string[]>;
  readonly drafts: DraftStore | null;
  /** Changes that were not saved, taken up. */
  readonly taken: readonly LabelEdit[];
  readonly filter?: SampleFilter | undefined;
  readonly colourOf: (column: string) => string | undefined;
  /** Keeps the labels as a revision. Resolves with whether that was done. */
  readonly onSave: (change: string, labels: SetLabels) => Promise<boolean>;
  readonly onClose: () => void;
  /** How the window that it is in closes it: asking first what becomes of changes. */
  readonly ref?: Ref<{ readonly close: () => void }>;
}

const every = (labels: SetLabels) => Uint32Array.from(labels.parts.keys());

/** Keys that are read where the images are: 1–9 for the listed classes, 0 and Backspace take away. */
function useKeys(state: EditorState, dispatch: (action: Parameters<typeof reduceEditor>[1]) => void) {
  const [word, setWord] = useState('');
  const number = useRef<HTMLInputElement>(null);
  const column = focused(state);
  const shown = useMemo(() => classesWith(column, word), [column, word]);
  const onKey = (event: KeyboardEvent): boolean => {
    const isMod = event.ctrlKey || event.metaKey;
    if (isMod && event.key.toLowerCase() === 'a') dispatch({ type: 'all' });
    else if (isMod || event.altKey || !column) return false;
    else if (event.key === 'Backspace' || event.key === 'Delete') dispatch({ type: 'take-away' });
    else if (event.key === 'Enter' || event.key === ' ') dispatch({ type: 'next' });
    else if (column.info.kind === 'number') {
      if (/^[-0-9.]$/.test(event.key)) number.current?.focus();
      return false; // the figure itself goes into the field
    } else if (event.key === '0') dispatch({ type: 'take-away' });
    else if (event.key === 'n' && column.info.kind === 'labels') dispatch({ type: 'none' });
    else {
      const at = /^[1-9]$/.test(event.key) ? shown[Number(event.key) - 1] : undefined;
      if (at === undefined) return false;
      dispatch({ type: 'give', at });
    }
    return true;
  };
  return { onKey, shown, word, setWord, number };
}

/** How many images carry each class of the column in focus, over all parts. */
function useCounts(column: LabelColumn | undefined, samples: Uint32Array) {
  return useMemo(
    () => (column ? countClasses(column, samples) : { counts: [], missing: 0 }),
    [column, samples],
  );
}

/** The state with its draft, its names, its saving and what is asked when it closes. */
function useEditor(props: LabelEditorProps) {
  const { onClose, readNames, drafts, id } = props;
  const [opened] = useState(() => openEditor(props.labels, { filter: props.filter, edits: props.taken }));
  const [state, dispatch] = useReducer(reduceEditor, opened);
  const [saving, setSaving] = useState(false);
  const [asked, setAsked] = useState(false);
  const { history } = state;
  useNames(readNames, dispatch);
  const onTrouble = useCallback((text: string) => dispatch({ type: 'say', text }), []);
  useDraft(drafts, props, history, opened.history.done, onTrouble);
  const isChanged = history.done.length > 0;
  useImperativeHandle(props.ref, () => ({ close: () => (isChanged ? setAsked(true) : onClose()) }), [
    isChanged,
    onClose,
  ]);
  const save = async (): Promise<boolean> => {
    const change = describeChanges(history) || 'Labels as before';
    setSaving(true);
    const saved = await props.onSave(change, history.labels);
    setSaving(false);
    if (saved) dispatch({ type: 'saved', labels: history.labels, text: `Saved: ${change}.` });
    return saved;
  };
  const answers = {
    save: async () => {
      if (await save()) onClose();
    },
    keep: drafts ? onClose : null,
    discard: () => {
      void drafts?.cut(id, 0);
      onClose();
    },
    back: () => setAsked(false),
  };
  return { state, dispatch, saving, isChanged, save, asked, answers };
}

export function LabelEditor(props: LabelEditorProps) {
  const editor = useEditor(props);
  const { state, dispatch } = editor;
  const root = useRef<HTMLDivElement>(null);
  const column = focused(state);
  const samples = useMemo(() => every(props.labels), [props.labels]);
  const counts = useCounts(column, samples);
  const keys = useKeys(state, dispatch);
  const toImages = () => root.current?.querySelector<HTMLElement>('[role=listbox]')?.focus();
  useEffect(toImages, []); // the window was there before its contents, and has put the focus elsewhere
  const onKeyDown = (event: KeyboardEvent) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'text';
    if (!(event.ctrlKey || event.metaKey) || isTyping) return;
    const key = event.key.toLowerCase();
    if (key === 's' && editor.isChanged) void editor.save();
    else if (key === 'z') dispatch({ type: event.shiftKey ? 'redo' : 'undo' });
    else if (key === 'y') dispatch({ type: 'redo' });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles['editor']} ref={root} role="presentation" onKeyDown={onKeyDown}>
      <TaskSide
        state={state}
        dispatch={dispatch}
        colourOf={props.colourOf}
        counts={counts}
        keys={keys}
        onDone={toImages}
      />
      <div className={styles['images']}>
        {editor.asked ? <Guard count={state.history.done.length} {...editor.answers} /> : null}
        <FilterBar state={state} dispatch={dispatch} />
        {state.list.length === 0 ? (
          <p className={styles['empty']}>No image fits what is looked for.</p>
        ) : null}
        <SampleGrid
          label={`Images of ${props.name}`}
          list={state.list}
          reader={props.reader}
          shape={props.shape}
          selection={state.selection}
          captionOf={(id) => (column ? captionOf(column, id) : '')}
          nameOf={(id) => state.names[id] ?? `Image ${formatCount(id + 1)}`}
          onPick={(place, how) => dispatch({ type: 'pick', place, how })}
          onKey={keys.onKey}
        />
        <Foot {...editor} column={column} />
      </div>
    </div>
  );
}

interface FootProps extends UndoingProps {
  readonly column: LabelColumn | undefined;
  readonly isChanged: boolean;
  readonly saving: boolean;
  readonly save: () => Promise<boolean>;
}

function Foot({ state, dispatch, column, isChanged, saving, save }: FootProps) {
  const { length } = state.history.done;
  return (
    <footer>
      <output className={styles['said']} data-refusal={state.said?.isRefusal || undefined}>
        {state.said?.text ?? <KeyHint column={column} />}
      </output>
      <Undoing state={state} dispatch={dispatch} />
      <Button variant="filled" disabled={!isChanged} loading={saving} onClick={() => void save()}>
        {isChanged ? `Save ${formatCount(length)} ${plural(length)}` : 'Nothing to save'}
      </Button>
    </footer>
  );
}

const plural = (count: number) => (count === 1 ? 'change' : 'changes');

interface UndoingProps {
  readonly state: EditorState;
  readonly dispatch: (action: { type: 'undo' } | { type: 'redo' }) => void;
}

function Undoing({ state, dispatch }: UndoingProps) {
  const { done, undone } = state.history;
  return (
    <>
      <ActionIcon
        variant="default"
        size={32}
        aria-label="Undo"
        disabled={done.length === 0}
        onClick={() => dispatch({ type: 'undo' })}
      >
        <IconArrowBackUp size={16} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={32}
        aria-label="Redo"
        disabled={undone.length === 0}
        onClick={() => dispatch({ type: 'redo' })}
      >
        <IconArrowForwardUp size={16} />
      </ActionIcon>
    </>
  );
}

function KeyHint({ column }: { readonly column: LabelColumn | undefined }) {
  if (!column) return 'Add a task on the left: then these images can be labelled.';
  if (column.info.kind === 'number')
    return (
      <>
        Type a number, <kbd>Enter</kbd> goes on · <kbd>⌫</kbd> takes it away
      </>
    );
  return (
    <>
      <kbd>1</kbd>–<kbd>9</kbd> {column.info.kind === 'labels' ? 'there or not' : 'give the label and go on'}{' '}
      · <kbd>0</kbd> takes it away · <kbd>Enter</kbd> next without one
      {column.info.kind === 'labels' ? (
        <>
          {' · '}
          <kbd>N</kbd> none of them
        </>
      ) : null}
    </>
  );
}

interface GuardProps {
  readonly count: number;
  readonly save: () => Promise<void>;
  /** null where no draft can be kept. */
  readonly keep: (() => void) | null;
  readonly discard: () => void;
  readonly back: () => void;
}

const intoFocus = (element: HTMLElement | null) => element?.focus();

function Guard({ count, save, keep, discard, back }: GuardProps) {
  return (
    <div role="alertdialog" aria-label="Changes that are not saved" className={styles['bar']}>
      <p>
        {formatCount(count)} {plural(count)} {count === 1 ? 'is' : 'are'} not saved.
      </p>
      <Button variant="filled" ref={intoFocus} onClick={() => void save()}>
        Save and close
      </Button>
      {keep ? <Button onClick={keep}>Keep as a draft</Button> : null}
      <Button onClick={discard}>Discard</Button>
      <Button onClick={back}>Go on labelling</Button>
    </div>
  );
}
