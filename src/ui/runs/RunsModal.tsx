/** The window with all runs kept on this device: found by a word, opened, named, kept apart, thrown away. */
import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useCallback, useDeferredValue, useEffect, useState } from 'react';
import {
  deleteRun,
  libraryStore,
  lookElsewhere,
  nameOf,
  undeleteRun,
  useLibrary,
  type RunRecord,
} from '#stores/library.ts';
import { setView } from '#stores/view.ts';
import { CompareButton } from '../compare/CompareButton.tsx';
import { useLayout } from '../shell/use-layout.ts';
import { fulfil, isBusy, type Wish } from './opening.ts';
import { Pruning } from './Pruning.tsx';
import { matches, pinnedFirst } from './run-words.ts';
import styles from './runs.module.css';
import { RunsTable } from './RunsTable.tsx';
import { StorageUsed } from './StorageUsed.tsx';

const close = () => setView({ dialog: null });

export function RunsModal() {
  const phone = useLayout() === 'phone';
  return (
    <Modal
      opened
      onClose={close}
      title="Runs"
      size={1180}
      fullScreen={phone}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Contents />
    </Modal>
  );
}

function Contents() {
  const status = useLibrary((library) => library.status);
  const reason = useLibrary((library) => library.reason);
  if (status === 'opening') return <p className="soft">Looking for runs kept on this device …</p>;
  if (status === 'unavailable')
    return (
      <div role="alert" className={styles['empty']}>
        <p>{reason}</p>
        <p className="soft">Training works as ever. Export what matters to you before you leave.</p>
      </div>
    );
  return (
    <>
      <Library />
      <Pruning />
    </>
  );
}

function Library() {
  const runs = useLibrary((library) => library.runs);
  const [text, setText] = useState('');
  const [hiddenToo, setHiddenToo] = useState(false);
  const [wish, setWish] = useState<Wish | null>(null);
  const [deleted, setDeleted] = useState<DeletedRun | null>(null);
  const wanted = useDeferredValue(text);
  // The same functions all along: rows are drawn again only where their run changed.
  const onOpen = useCallback((next: Wish) => (isBusy() ? setWish(next) : void fulfil(next)), []);
  const onDelete = useCallback((record: RunRecord) => {
    const { isFull: atOnce, current } = libraryStore.getState();
    void deleteRun(record.id);
    setDeleted({ record, isGone: atOnce && current !== record.id });
  }, []);
  useEffect(() => void lookElsewhere(), []);
  const hidden = runs.filter((each) => each.hidden).length;
  const shown = pinnedFirst(runs.filter((each) => (hiddenToo || !each.hidden) && matches(each, wanted)));
  return (
    <div className={styles['runs']}>
      <StorageTrouble />
      {deleted ? <Deleted {...deleted} onDone={() => setDeleted(null)} /> : null}
      {runs.length === 0 ? (
        <Empty />
      ) : (
        <>
          <div className={styles['filters']}>
            <TextInput
              data-autofocus
              aria-label="Filter runs"
              placeholder="Filter: name, note, method, data …"
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            {hidden > 0 ? (
              <Checkbox
                size="xs"
                label={`Show hidden (${hidden})`}
                checked={hiddenToo}
                onChange={(event) => setHiddenToo(event.currentTarget.checked)}
              />
            ) : null}
            <Count shown={shown.length} all={runs.length} />
            <CompareButton runs={shown} />
          </div>
          {wish ? <Question wish={wish} onAnswer={() => setWish(null)} /> : null}
          <RunsTable runs={shown} question={`${hiddenToo} ${wanted}`} onOpen={onOpen} onDelete={onDelete} />
        </>
      )}
      <StorageUsed count={runs.length} />
    </div>
  );
}

/** Why runs are no longer kept, or not in full. */
function StorageTrouble() {
  const reason = useLibrary((library) => library.reason);
  const isFull = useLibrary((library) => library.isFull);
  const full =
    'The storage is full: the run on the page is not kept in full. Delete runs that you can do without; they are gone at once, and what there was no room for is kept.';
  return [reason, isFull ? full : null].map((words) =>
    words ? (
      <p key={words} role="alert" className={styles['bar']}>
        {words}
      </p>
    ) : null,
  );
}

function Count({ shown, all }: { readonly shown: number; readonly all: number }) {
  const words = `${all} ${all === 1 ? 'run' : 'runs'}`;
  return <output className="soft">{shown === all ? words : `${shown} of ${all} runs`}</output>;
}

function Empty() {
  return (
    <div className={styles['empty']}>
      <p>No run is kept yet.</p>
      <p className="soft">
        Press Train: from its first step a run is kept here, on this device, with its curves and weights, so
        that it can go on after the page was closed.
      </p>
    </div>
  );
}

/** Asked before a run that trains makes room for another. */
function Question({ wish, onAnswer }: { readonly wish: Wish; readonly onAnswer: () => void }) {
  const name = nameOf(wish.record);
  return (
    <div role="alertdialog" aria-label="A run is training" className={styles['bar']}>
      <p>A run is training. It is paused and kept if “{name}” takes its place on the page.</p>
      <Button
        variant="filled"
        ref={intoFocus}
        onClick={() => {
          onAnswer();
          void fulfil(wish);
        }}
      >
        Pause it and open
      </Button>
      <Button onClick={onAnswer}>Let it train</Button>
    </div>
  );
}

interface DeletedRun {
  readonly record: RunRecord;
  /** For good, since the storage was full. */
  readonly isGone: boolean;
}

/** Says what was deleted, for as long as the window is open, and takes it back where that can be. */
function Deleted({ record, isGone, onDone }: DeletedRun & { readonly onDone: () => void }) {
  const isCurrent = useLibrary(({ current }) => current === record.id);
  return (
    <div className={styles['bar']}>
      <p id="deleted-run">
        “{nameOf(record)}” is deleted
        {isGone ? ' for good' : isCurrent ? ', and stays on the page until you leave it' : ''}.
      </p>
      {isGone ? null : (
        <Button
          key={record.id}
          aria-describedby="deleted-run"
          ref={intoFocus}
          onClick={() => {
            void undeleteRun(record.id);
            onDone();
          }}
        >
          Undo
        </Button>
      )}
    </div>
  );
}

/** What was pressed is gone or waits: the answer is where one is now. */
const intoFocus = (element: HTMLElement | null) => element?.focus();
