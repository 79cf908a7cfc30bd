/** The window of the label editor: reads labels and draft of a set, offers the draft, saves revisions. */
import { Button, Modal } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Draft, type DraftStore, openDrafts } from '#data/labels/drafts.ts';
import type { ImageReader } from '#data/image-reader.ts';
import type { LabelEdit } from '#data/labels/edits.ts';
import type { SampleFilter } from '#data/labels/filter.ts';
import type { SetLabels, SetManifest } from '#data/sets/manifest.ts';
import { formatCount } from '#lib/format.ts';
import { useExperiment } from '#stores/experiment.ts';
import { reviseSet, setImages, setLabels, setNames, useSets } from '#stores/sets.ts';
import { setView } from '#stores/view.ts';
import { taskColour } from '../task-colour.ts';
import { LabelEditor } from './LabelEditor.tsx';
import styles from './labels.module.css';

interface LabelsModalProps {
  readonly set: string;
  readonly filter: SampleFilter | null;
}

const close = () => setView({ dialog: null, labelling: null });

export function LabelsModal({ set: id, filter }: LabelsModalProps) {
  const manifest = useSets(({ sets }) => sets.find((each) => each.id === id));
  const editor = useRef<{ readonly close: () => void }>(null);
  return (
    <Modal
      opened
      onClose={() => (editor.current ? editor.current.close() : close())}
      title={
        <>
          Labels of <bdi>{manifest?.name ?? 'a data set'}</bdi>
        </>
      }
      fullScreen
      radius={0}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{
        content: styles['window'] ?? '',
        header: styles['head'] ?? '',
        body: styles['body'] ?? '',
      }}
    >
      {manifest ? (
        <Contents manifest={manifest} filter={filter} editor={editor} />
      ) : (
        <p className={styles['empty']}>This data set is not kept in this browser any more.</p>
      )}
    </Modal>
  );
}

interface Opened {
  readonly revision: number;
  readonly labels: SetLabels;
  readonly drafts: DraftStore | null;
  readonly draft: Draft | null;
}

async function open({ id, revisions }: SetManifest): Promise<Opened> {
  const revision = revisions.at(-1)?.number ?? 1;
  const [labels, drafts] = await Promise.all([setLabels(id, revision), openDrafts().catch(() => null)]);
  const draft = (await drafts?.read(id).catch(() => null)) ?? null;
  return { revision, labels, drafts, draft };
}

/** What the editor begins with, read once: a revision that it saves itself does not begin it anew. */
function useOpened(manifest: SetManifest) {
  const [first] = useState(manifest);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    let drafts: DraftStore | null = null;
    open(first).then(
      (found) => {
        ({ drafts } = found);
        if (current) setOpened(found);
        else drafts?.close();
      },
      (error: unknown) => setTrouble(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      current = false;
      drafts?.close();
    };
  }, [first]);
  return { opened, trouble, setTrouble };
}

interface ContentsProps {
  readonly manifest: SetManifest;
  readonly filter: SampleFilter | null;
  readonly editor: React.RefObject<{ readonly close: () => void } | null>;
}

/** Pixels of the set, whichever is on the page. */
function useReader({ id, samples, image }: SetManifest): ImageReader {
  return useMemo(() => {
    const read = (ids: ArrayLike<number>) => setImages(id, ids);
    const range = (start: number, end: number) =>
      read(Array.from({ length: end - start }, (_, i) => start + i));
    return { count: samples, shape: image, read, range };
  }, [id, samples, image]);
}

/** Colours of the tasks that learn the columns, where the set is the page's. */
function useColours(id: string): (column: string) => string | undefined {
  const tasks = useExperiment(({ experiment }) => (experiment.data.source === id ? experiment.tasks : null));
  return (column) => {
    const task = tasks?.findIndex((each) => each.column === column) ?? -1;
    return task < 0 ? undefined : taskColour(task);
  };
}

function Contents({ manifest, filter, editor }: ContentsProps) {
  const { id, image } = manifest;
  const colourOf = useColours(id);
  const { opened, trouble, setTrouble } = useOpened(manifest);
  const [taken, setTaken] = useState<readonly LabelEdit[] | null>(null);
  const reader = useReader(manifest);
  const readNames = useCallback(() => setNames(id), [id]);
  const save = async (change: string, labels: SetLabels) => {
    try {
      await reviseSet(id, change, labels);
      await opened?.drafts?.cut(id, 0).catch(() => undefined);
      setTrouble(null);
      return true;
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
      return false;
    }
  };
  const said = trouble ? (
    <p role="alert" className={styles['trouble']}>
      {trouble}
    </p>
  ) : null;
  if (!opened) return said ?? <p className={styles['empty']}>Reading the labels …</p>;
  const { draft, drafts } = opened;
  if (draft && !taken)
    return (
      <Offer
        draft={draft}
        isOlder={draft.revision !== opened.revision}
        onTake={() => setTaken(draft.edits)}
        onDiscard={() => {
          void drafts?.cut(id, 0);
          setTaken([]);
        }}
      />
    );
  return (
    <div className={styles['frame']}>
      {said}
      <LabelEditor
        ref={editor}
        id={id}
        name={manifest.name}
        shape={image}
        revision={opened.revision}
        labels={opened.labels}
        reader={reader}
        readNames={readNames}
        drafts={drafts}
        taken={taken ?? []}
        filter={filter ?? undefined}
        colourOf={colourOf}
        onSave={save}
        onClose={close}
      />
    </div>
  );
}

interface OfferProps {
  readonly draft: Draft;
  readonly isOlder: boolean;
  readonly onTake: () => void;
  readonly onDiscard: () => void;
}

const when = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

function Offer({ draft, isOlder, onTake, onDiscard }: OfferProps) {
  const { length } = draft.edits;
  return (
    <div className={styles['offer']}>
      <p>
        <b>
          {formatCount(length)} {length === 1 ? 'change was' : 'changes were'} not saved.
        </b>{' '}
        The last was made on {when.format(draft.at)}.
        {isOlder ? ' The labels were changed elsewhere since: what still fits is taken up.' : ''}
      </p>
      <div>
        <Button variant="filled" onClick={onTake}>
          Go on with them
        </Button>
        <Button onClick={onDiscard}>Discard them</Button>
      </div>
    </div>
  );
}
