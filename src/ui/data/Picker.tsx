/** Data to choose from: one's own sets and the built-in ones, with what they are and their settings. */
import { useState } from 'react';
import { builtinDatasets } from '#data/builtin/index.ts';
import { isOwnSet, type SetManifest } from '#data/sets/manifest.ts';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { withData } from '#experiment/defaults.ts';
import type { Experiment } from '#experiment/schema.ts';
import { editExperiment, experimentStore, useExperiment } from '#stores/experiment.ts';
import { useSets } from '#stores/sets.ts';
import { setView } from '#stores/view.ts';
import styles from './data.module.css';
import { DeletedSet } from './DeletedSet.tsx';
import { OpenFile } from './OpenFile.tsx';
import { OwnSetDetails } from './OwnSetDetails.tsx';
import { OwnSetItem } from './OwnSetItem.tsx';
import { SetDetails } from './SetDetails.tsx';
import { SetsUsage } from './SetsUsage.tsx';

type Reference = Experiment['data'];

/** The experiment on other data; a name that named the data names the new one. Tasks stay where the labels are the same. */
function onData(experiment: Experiment, before: DatasetInfo, info: DatasetInfo, data: Reference): Experiment {
  const isSame = before.id === info.id && JSON.stringify(before.columns) === JSON.stringify(info.columns);
  if (isSame) return { ...experiment, data };
  const name = experiment.name.replace(before.name, info.name).slice(0, 120);
  return { ...withData(experiment, info, data), name };
}

const tasksLine = ({ columns, image }: DatasetInfo) =>
  `${columns.length} tasks · ${image.height}×${image.width} ${image.channels === 1 ? 'grey' : 'colour'}`;

/** A set as it is first chosen: with its latest labels, written down. */
const latestOf = ({ id, revisions }: SetManifest): Reference => ({
  source: id,
  settings: { revision: revisions.at(-1)?.number ?? 1 },
});

export function Picker() {
  const current = useExperiment(({ experiment }) => experiment.data);
  const sets = useSets((state) => state.sets);
  const [chosen, setChosen] = useState<Reference>(current);
  const [deleted, setDeleted] = useState<SetManifest | null>(null);
  const own = sets.find(({ id }) => id === chosen.source);
  const choose = (next: Reference) => setChosen(next.source === current.source ? current : next);
  const details = {
    chosen,
    isCurrent: JSON.stringify(chosen) === JSON.stringify(current),
    onSettings: (settings: Reference['settings']) => setChosen({ ...chosen, settings }),
    onUse: (info: DatasetInfo) => {
      const { info: before } = experimentStore.getState();
      if (editExperiment((experiment) => onData(experiment, before, info, chosen))) setView({ dialog: null });
    },
  };
  return (
    <>
      {deleted ? <DeletedSet set={deleted} onDone={() => setDeleted(null)} /> : null}
      <div className={styles['picker']}>
        <div role="radiogroup" aria-label="Data set">
          <OwnSets chosen={chosen.source} onChoose={(set) => choose(latestOf(set))} />
          <h3>Built in</h3>
          {Object.values(builtinDatasets).map(({ id, name, info }) => (
            <label key={id} data-chosen={id === chosen.source || undefined}>
              <input
                type="radio"
                name="data-set"
                checked={id === chosen.source}
                onChange={() => choose({ source: id, settings: {} })}
              />
              <b>{name}</b>
              <small>{tasksLine(info({}))}</small>
            </label>
          ))}
        </div>
        {own ? (
          <OwnSetDetails
            key={own.id}
            set={own}
            {...details}
            onDeleted={() => {
              setDeleted(own);
              setChosen(current);
            }}
          />
        ) : isOwnSet(chosen.source) ? (
          <p className="soft">This data set is not kept in this browser.</p>
        ) : (
          <SetDetails key={chosen.source} {...details} />
        )}
      </div>
    </>
  );
}

interface OwnSetsProps {
  readonly chosen: string;
  readonly onChoose: (set: SetManifest) => void;
}

function OwnSets({ chosen, onChoose }: OwnSetsProps) {
  const status = useSets((state) => state.status);
  const reason = useSets((state) => state.reason);
  const sets = useSets((state) => state.sets);
  return (
    <>
      <h3>Your data sets</h3>
      {reason ? (
        <p role="alert" className={styles['reason']}>
          {reason}
        </p>
      ) : null}
      {status === 'ready' && sets.length === 0 ? (
        <p className="soft">None yet. Folders, tables and archives of labelled images become one.</p>
      ) : null}
      {sets.map((set) => (
        <OwnSetItem key={set.id} set={set} isChosen={set.id === chosen} onChoose={() => onChoose(set)} />
      ))}
      <OpenFile />
      <SetsUsage />
    </>
  );
}
