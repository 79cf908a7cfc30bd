/** The window in which data is chosen: built-in sets with what they are and their settings. */
import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import type { z } from 'zod';
import { builtinDatasets } from '#data/builtin/index.ts';
import { infoFor } from '#data/resolve.ts';
import { type DatasetInfo, splitNames } from '#experiment/dataset-info.ts';
import { withData } from '#experiment/defaults.ts';
import { ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { formatCount } from '#lib/format.ts';
import { editExperiment, experimentStore, useExperiment } from '#stores/experiment.ts';
import { setView, useView } from '#stores/view.ts';
import { fieldsOf } from '../shared/fields-of.ts';
import { SchemaForm } from '../shared/SchemaForm.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './data.module.css';

type Reference = Experiment['data'];

const close = () => setView({ dialog: null });

export function DatasetPicker() {
  const opened = useView(({ dialog }) => dialog === 'data');
  return (
    <Modal
      opened={opened}
      onClose={close}
      title="Data"
      size={760}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Picker />
    </Modal>
  );
}

/** The experiment on other data; a name that named the data names the new one. */
function onData(experiment: Experiment, before: DatasetInfo, info: DatasetInfo, data: Reference): Experiment {
  const name = experiment.name.replace(before.name, info.name);
  return { ...withData(experiment, info, data), name };
}

function Picker() {
  const current = useExperiment(({ experiment }) => experiment.data);
  const [chosen, setChosen] = useState<Reference>(current);
  const builtin = Object.values(builtinDatasets).find(({ id }) => id === chosen.source);
  const use = (info: DatasetInfo) => {
    const { info: before } = experimentStore.getState();
    if (editExperiment((experiment) => onData(experiment, before, info, chosen))) close();
  };
  return (
    <div className={styles['picker']}>
      <div role="radiogroup" aria-label="Data set">
        {Object.values(builtinDatasets).map(({ id, name, info }) => (
          <label key={id} data-chosen={id === chosen.source || undefined}>
            <input
              type="radio"
              name="data-set"
              checked={id === chosen.source}
              onChange={() => setChosen(id === current.source ? current : { source: id, settings: {} })}
            />
            <b>{name}</b>
            <small>{tasksLine(info({}))}</small>
          </label>
        ))}
      </div>
      {builtin ? (
        <Details
          key={builtin.id}
          chosen={chosen}
          isCurrent={JSON.stringify(chosen) === JSON.stringify(current)}
          onSettings={(settings) => setChosen({ ...chosen, settings })}
          onUse={use}
        />
      ) : null}
    </div>
  );
}

const tasksLine = ({ columns, image }: DatasetInfo) =>
  `${columns.length} tasks · ${image.height}×${image.width} ${image.channels === 1 ? 'grey' : 'colour'}`;

/** What a setting is called in the form. */
function titleOf(schema: z.ZodType, key: string): string {
  return fieldsOf(schema).find((field) => field.key === key)?.title ?? key;
}

interface DetailsProps {
  readonly chosen: Reference;
  readonly isCurrent: boolean;
  readonly onSettings: (settings: Reference['settings']) => void;
  readonly onUse: (info: DatasetInfo) => void;
}

/** What a reference is, or why its settings do not hold. */
function inspect(data: Reference): { info?: DatasetInfo; trouble?: string } {
  try {
    return { info: infoFor(data) };
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    return { trouble: error.problems.map(({ rule }) => rule).join('; ') };
  }
}

function Details({ chosen, isCurrent, onSettings, onUse }: DetailsProps) {
  const [trouble, setTrouble] = useState<string>();
  const builtin = Object.values(builtinDatasets).find(({ id }) => id === chosen.source);
  const { info } = inspect(chosen);
  if (!builtin || !info) return null;
  const total = splitNames.reduce((sum, part) => sum + info.counts[part], 0);
  const defaults = builtin.settings.parse({});
  return (
    <div className={styles['details']}>
      <p>{info.description}</p>
      <dl>
        <dt>Labels</dt>
        <dd>
          {info.columns.map((column) => (
            <span key={column.id}>
              {column.name} <small>{columnLine(column)}</small>
            </span>
          ))}
        </dd>
        <dt>Licence</dt>
        <dd>{info.licence}</dd>
        <dt>Source</dt>
        <dd>{info.source}</dd>
      </dl>
      <div className={styles['settings']}>
        <SchemaForm
          schema={builtin.settings}
          value={{ ...defaults, ...chosen.settings }}
          onChange={(key, value) => {
            if (value === null) return;
            const settings = { ...chosen.settings, [key]: value };
            const next = inspect({ ...chosen, settings });
            setTrouble(next.trouble && `${titleOf(builtin.settings, key)} ${next.trouble}.`);
            if (next.info) onSettings(settings);
          }}
        />
        {trouble ? (
          <p role="alert" className={styles['failure']}>
            {trouble}
          </p>
        ) : null}
      </div>
      <footer>
        {Object.keys(chosen.settings).length > 0 ? (
          <TextButton onClick={() => onSettings({})}>Default settings</TextButton>
        ) : null}
        <span className="soft">
          <span className="mono">{formatCount(total)}</span> images
        </span>
        <Button variant="filled" disabled={isCurrent} onClick={() => onUse(info)}>
          {isCurrent ? 'In use' : 'Use this data'}
        </Button>
      </footer>
    </div>
  );
}

function columnLine(column: DatasetInfo['columns'][number]): string {
  switch (column.kind) {
    case 'class':
      return `one of ${column.classes.length}`;
    case 'labels':
      return `any of ${column.classes.length}`;
    case 'number':
      return column.names.length === 1 ? 'a number' : `${column.names.length} numbers`;
  }
}
