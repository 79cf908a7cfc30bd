/** The import sheet: what was understood, to be corrected before anything is kept. The shortest way through it is its button. */
import { Button, SegmentedControl } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import type { ImportChoices, ImportView } from '#data/importing/import-view.ts';
import { formatBytes, formatCount } from '#lib/format.ts';
import { FieldRow } from '../shared/FieldRow.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './import.module.css';
import { useActions } from './actions.ts';
import { bytesOf, type ChoiceEdits, choicesFor, obstacle, withEdits } from './choices.ts';
import { ColumnList } from './ColumnList.tsx';
import { LeftOutList } from './LeftOutList.tsx';
import { NewTasks } from './NewTasks.tsx';
import { PartSettings } from './PartSettings.tsx';
import { PictureSettings } from './PictureSettings.tsx';
import { PreviewGrid, usePreview } from './PreviewGrid.tsx';
import { Questions } from './Questions.tsx';
import { type OwnSet, TableList } from './TableList.tsx';
import { TextField } from './TextField.tsx';

interface ImportSheetProps {
  readonly view: ImportView;
  /** Sets that are kept here already. */
  readonly ownSets: readonly OwnSet[];
  /** Bytes that are left to this page; null where the browser does not tell. */
  readonly room: number | null;
  /** While what was asked for last is being done. */
  readonly isBusy: boolean;
  /** Choices that came as a file. */
  readonly given?: ChoiceEdits | undefined;
  /** What went wrong last, and what choices of a file do not fit. */
  readonly troubles?: readonly string[];
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles['part']} aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

export function ImportSheet({ view, ownSets, room, isBusy, given, troubles = [] }: ImportSheetProps) {
  const actions = useActions();
  const [edits, setEdits] = useState<ChoiceEdits>(given ?? {});
  const change = (more: ChoiceEdits) => setEdits((before) => withEdits(before, more));
  const choices = choicesFor(view, edits);
  const { shown, trouble } = usePreview(view, choices);
  return (
    <div className={styles['sheet']} aria-busy={isBusy}>
      <div className={styles['scroller']}>
        <div className={styles['main']}>
          {troubles.length > 0 ? (
            <ul role="alert" className={styles['troubles']}>
              {troubles.map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
          ) : null}
          <Part title="What was understood">
            <Name name={choices.name} onName={(name) => change({ name })} />
            <TableList view={view} ownSets={ownSets} />
          </Part>
          <Questions columns={view.columns} />
          <Part title={view.columns.length > 0 ? 'Labels' : 'No labels were found'}>
            {view.columns.length > 0 ? (
              <ColumnList columns={view.columns} />
            ) : (
              <p className="soft">Name a task and its classes to label the images here, by hand.</p>
            )}
            <NewTasks
              tasks={choices.newTasks ?? []}
              names={view.columns.map(({ plan }) => plan.name)}
              onChange={(newTasks) => change({ newTasks })}
            />
          </Part>
          {view.leftOut.count > 0 ? (
            <Part title="Left out">
              <LeftOutList leftOut={view.leftOut} onSave={() => actions.saveLeftOut()} />
            </Part>
          ) : null}
        </div>
        <div className={styles['side']}>
          <Part title="Images">
            <PreviewGrid view={view} shown={shown} trouble={trouble} />
            <PictureSettings view={view} image={choices.image} onChange={(image) => change({ image })} />
            <Duplicates value={choices.duplicates} onChange={(duplicates) => change({ duplicates })} />
          </Part>
          <Part title="Parts">
            <PartSettings
              view={view}
              split={choices.split}
              counts={shown?.counts ?? null}
              onChange={(split) => change({ split })}
            />
          </Part>
        </div>
      </div>
      <Footer view={view} choices={choices} room={room} isBusy={isBusy} />
    </div>
  );
}

function Name({ name, onName }: { readonly name: string; readonly onName: (name: string) => void }) {
  const id = useId();
  return (
    <div className={styles['setName']}>
      <label htmlFor={id}>Name</label>
      <TextField id={id} value={name} onCommit={onName} />
    </div>
  );
}

interface DuplicatesProps {
  readonly value: ImportChoices['duplicates'];
  readonly onChange: (value: ImportChoices['duplicates']) => void;
}

function Duplicates({ value, onChange }: DuplicatesProps) {
  return (
    <FieldRow
      label="Same picture twice"
      help="Pictures with the very same bytes. “First” keeps only the first of those whose labels agree."
    >
      {({ id }) => (
        <SegmentedControl
          id={id}
          size="xs"
          aria-label="Same picture twice"
          value={value}
          data={[
            { value: 'keep', label: 'Keep' },
            { value: 'first', label: 'First' },
          ]}
          onChange={(next) => onChange(next === 'first' ? 'first' : 'keep')}
        />
      )}
    </FieldRow>
  );
}

interface FooterProps {
  readonly view: ImportView;
  readonly choices: ImportChoices;
  readonly room: number | null;
  readonly isBusy: boolean;
}

function Footer({ view, choices, room, isBusy }: FooterProps) {
  const actions = useActions();
  const why = obstacle(view, choices);
  const bytes = bytesOf(view, choices);
  const isFull = room !== null && bytes > room;
  const id = useId();
  return (
    <div className={styles['footer']}>
      <p id={id} className="soft" data-warning={isFull || undefined} aria-live="polite">
        {why ??
          `About ${formatBytes(bytes)}${room === null ? '' : ` of ${formatBytes(room)} that are free`}. Stays on this device.`}
        {isFull ? ' It will not fit: choose smaller images, or delete a data set.' : ''}
      </p>
      <TextButton onClick={() => actions.save(choices)}>Save these choices</TextButton>
      <Button onClick={() => actions.cancel()}>Cancel</Button>
      <Button
        variant="filled"
        aria-describedby={id}
        disabled={why !== null || isBusy}
        onClick={() => actions.commit(choices)}
      >
        Import {formatCount(view.samples)} {view.samples === 1 ? 'image' : 'images'}
      </Button>
    </div>
  );
}
