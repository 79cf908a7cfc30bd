/** What a data set is and how it is set, with the button that takes it: a built-in one or one's own. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { z } from 'zod';
import { infoFor, settingsFor } from '#data/resolve.ts';
import { type DatasetInfo, splitNames } from '#experiment/dataset-info.ts';
import { ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { formatCount } from '#lib/format.ts';
import { fieldsOf } from '../shared/fields-of.ts';
import { SchemaForm } from '../shared/SchemaForm.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './data.module.css';

type Reference = Experiment['data'];

/** What a setting is called in the form. */
function titleOf(schema: z.ZodType, key: string): string {
  return fieldsOf(schema).find((field) => field.key === key)?.title ?? key;
}

export interface SetDetailsProps {
  readonly chosen: Reference;
  readonly isCurrent: boolean;
  readonly onSettings: (settings: Reference['settings']) => void;
  readonly onUse: (info: DatasetInfo) => void;
  /** What stands in place of description, licence and source. */
  readonly head?: ReactNode;
  /** Settings of a form of their own, before the others. */
  readonly extra?: ReactNode;
  /** What is said below the settings. */
  readonly effect?: ReactNode;
  /** Keys of settings that `extra` has. */
  readonly omit?: readonly string[];
  readonly labelOf?: (key: string, option: string | number) => string | undefined;
  /** Opens the editor of its labels; left out: they cannot be changed. */
  readonly onLabel?: () => void;
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

export function SetDetails(props: SetDetailsProps) {
  const { chosen, isCurrent, onSettings, onUse, onLabel, head } = props;
  const { info } = inspect(chosen);
  if (!info) return null;
  const total = splitNames.reduce((sum, part) => sum + info.counts[part], 0);
  const canTrain = info.columns.length > 0;
  return (
    <div className={styles['details']}>
      {head ?? <p>{info.description}</p>}
      <dl>
        <dt>Labels</dt>
        <dd>
          {canTrain ? null : 'None yet: label some images, and they become a task.'}
          {info.columns.map((column) => (
            <span key={column.id}>
              <bdi>{column.name}</bdi> <small>{columnLine(column)}</small>
            </span>
          ))}
        </dd>
        {head ? null : (
          <>
            <dt>Licence</dt>
            <dd>{info.licence}</dd>
            <dt>Source</dt>
            <dd>{info.source}</dd>
          </>
        )}
      </dl>
      <Settings {...props} />
      <footer>
        {onLabel ? (
          <Button variant={canTrain ? 'default' : 'filled'} onClick={onLabel}>
            {canTrain ? 'Edit labels' : 'Label images'}
          </Button>
        ) : (
          <span className="soft">Built-in labels cannot be changed.</span>
        )}
        {Object.keys(chosen.settings).some((key) => key !== 'revision') ? (
          <TextButton onClick={() => onSettings(defaultsOf(chosen))}>Default settings</TextButton>
        ) : null}
        <span className="soft">
          <span className="mono">{formatCount(total)}</span> images
        </span>
        <Button variant="filled" disabled={isCurrent || !canTrain} onClick={() => onUse(info)}>
          {isCurrent ? 'In use' : 'Use this data'}
        </Button>
      </footer>
    </div>
  );
}

/** Without what was set; the revision of the labels stays. */
const defaultsOf = ({ settings: { revision } }: Reference): Reference['settings'] =>
  revision === undefined ? {} : { revision };

function Settings({ chosen, onSettings, extra, effect, omit = [], labelOf }: SetDetailsProps) {
  const [trouble, setTrouble] = useState<string>();
  const schema = settingsFor(chosen);
  return (
    <div className={styles['settings']}>
      {extra}
      <SchemaForm
        schema={schema}
        omit={omit}
        value={{ ...schema.parse({}), ...chosen.settings }}
        {...(labelOf ? { labelOf } : {})}
        onChange={(key, value) => {
          if (value === null) return;
          const settings = { ...chosen.settings, [key]: value };
          const next = inspect({ ...chosen, settings });
          setTrouble(next.trouble && `${titleOf(schema, key)} ${next.trouble}.`);
          if (next.info) onSettings(settings);
        }}
      />
      {effect}
      {trouble ? (
        <p role="alert" className={styles['failure']}>
          {trouble}
        </p>
      ) : null}
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
