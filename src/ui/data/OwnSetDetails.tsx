/** One of one's own data sets: its images, what it holds, which labels are meant, and what can be done with it. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Revision, SetManifest } from '#data/sets/manifest.ts';
import { formatBytes } from '#lib/format.ts';
import { deleteSet, renameSet, whyKept } from '#stores/sets.ts';
import { setView } from '#stores/view.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { FieldRow } from '../shared/FieldRow.tsx';
import { Picture } from '../shared/Picture.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './data.module.css';
import { HideEffect } from './HideEffect.tsx';
import { SetDetails, type SetDetailsProps } from './SetDetails.tsx';
import { useSetImages } from './use-set-images.ts';

const when = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

interface OwnSetDetailsProps extends Omit<
  SetDetailsProps,
  'head' | 'extra' | 'effect' | 'labelOf' | 'onLabel'
> {
  readonly set: SetManifest;
  readonly onDeleted: () => void;
}

export function OwnSetDetails({ set, onDeleted, ...details }: OwnSetDetailsProps) {
  const { settings } = details.chosen;
  const last = set.revisions.at(-1);
  const revision = set.revisions.find(({ number }) => number === settings['revision']) ?? last;
  const nameOf = (id: string | number) =>
    revision?.columns.find((column) => column.id === id)?.name ?? (id === '' ? undefined : String(id));
  return (
    <SetDetails
      {...details}
      omit={['revision']}
      labelOf={(key, option) => {
        if (key === 'balance') return option === '' ? 'none' : nameOf(option);
        if (key === 'hideColumn') return option === '' ? 'all tasks' : nameOf(option);
        return undefined;
      }}
      onLabel={() => setView({ dialog: 'labels', labelling: { set: set.id, filter: null } })}
      effect={
        <HideEffect
          set={set}
          revision={revision?.number ?? 1}
          hide={Number(settings['hide'] ?? 0)}
          column={String(settings['hideColumn'] ?? '')}
        />
      }
      head={<Head set={set} onDeleted={onDeleted} />}
      extra={
        <RevisionField
          revisions={set.revisions}
          value={revision?.number ?? 1}
          onCommit={(number) => details.onSettings({ ...settings, revision: number })}
        />
      }
    />
  );
}

interface RevisionFieldProps {
  readonly revisions: readonly Revision[];
  readonly value: number;
  readonly onCommit: (revision: number) => void;
}

/** Which labels are meant: each revision with what was changed. */
function RevisionField({ revisions, value, onCommit }: RevisionFieldProps) {
  const newest = revisions.toReversed();
  const chosen = revisions.find(({ number }) => number === value);
  return (
    <>
      <FieldRow
        label="Labels as of"
        help="Every saved change of labels is kept: runs name the labels they learnt."
      >
        {(ids) => (
          <ChoiceField
            {...ids}
            value={value}
            options={newest.map(({ number }) => number)}
            labelOf={(number) => {
              const at = revisions.find((each) => each.number === number);
              return at ? `${number} · ${when.format(at.at)}` : String(number);
            }}
            onCommit={onCommit}
          />
        )}
      </FieldRow>
      {chosen ? (
        <p className={styles['change']}>
          <bdi>{chosen.change}</bdi>
        </p>
      ) : null}
    </>
  );
}

interface HeadProps {
  readonly set: SetManifest;
  readonly onDeleted: () => void;
}

function Head({ set, onDeleted }: HeadProps) {
  const images = useSetImages(set, 10);
  const [renaming, setRenaming] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const attempt = (work: Promise<void>, then: () => void) =>
    void work.then(
      () => {
        setTrouble(null);
        then();
      },
      (error: unknown) => setTrouble(error instanceof Error ? error.message : String(error)),
    );
  const kept = whyKept(set.id);
  return (
    <>
      <div className={styles['setHead']}>
        {renaming ? (
          <Rename
            name={set.name}
            onDone={(name) =>
              name === null ? setRenaming(false) : attempt(renameSet(set.id, name), () => setRenaming(false))
            }
          />
        ) : (
          <>
            <b title={set.name}>
              <bdi>{set.name}</bdi>
            </b>
            <TextButton onClick={() => setRenaming(true)}>Rename</TextButton>
            <TextButton
              disabled={kept !== null}
              title={kept ?? undefined}
              onClick={() => attempt(deleteSet(set.id), onDeleted)}
            >
              Delete
            </TextButton>
          </>
        )}
      </div>
      {trouble ? (
        <p role="alert" className={styles['failure']}>
          {trouble}
        </p>
      ) : null}
      <div className={styles['setStrip']} aria-hidden>
        {Array.from({ length: Math.min(10, set.samples) }, (_, i) => (
          <Picture key={i} shape={set.image} pixels={images[i]} />
        ))}
      </div>
      <Facts set={set} />
    </>
  );
}

function Facts({ set }: { readonly set: SetManifest }) {
  return (
    <dl>
      <dt>Origin</dt>
      <dd>
        <bdi>{set.origins.length > 1 ? set.origins.join(', ') : set.source}</bdi>
      </dd>
      <dt>Kept</dt>
      <dd>
        since {when.format(set.createdAt)} · {formatBytes(set.bytes)} on this device
      </dd>
    </dl>
  );
}

interface RenameProps {
  readonly name: string;
  readonly onDone: (name: string | null) => void;
}

const intoFocus = (element: HTMLElement | null) => element?.focus();

function Rename({ name, onDone }: RenameProps) {
  const [typed, setTyped] = useState(name);
  return (
    <form
      className={styles['rename']}
      onSubmit={(event) => {
        event.preventDefault();
        onDone(typed);
      }}
    >
      <TextInput
        ref={intoFocus}
        aria-label="Name of the data set"
        value={typed}
        maxLength={80}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onDone(null);
        }}
      />
      <Button type="submit">Rename</Button>
    </form>
  );
}
