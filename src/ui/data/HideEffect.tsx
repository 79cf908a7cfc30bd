/** What hiding labels leaves of them to train on, task by task. */
import { useEffect, useState } from 'react';
import { isLabelled, labelsLeft } from '#data/labels/counts.ts';
import { partSamples } from '#data/labels/filter.ts';
import type { SetManifest } from '#data/sets/manifest.ts';
import { formatCount } from '#lib/format.ts';
import { setLabels } from '#stores/sets.ts';
import styles from './data.module.css';

interface HideEffectProps {
  readonly set: SetManifest;
  readonly revision: number;
  /** Share of the labels, 0…1. */
  readonly hide: number;
  /** Id of the column whose labels are hidden; '' for all. */
  readonly column: string;
}

interface Labelled {
  readonly id: string;
  readonly name: string;
  /** Training images with a label. */
  readonly count: number;
}

async function countLabelled(set: string, revision: number): Promise<Labelled[]> {
  const { columns, parts } = await setLabels(set, revision);
  const train = partSamples(parts, 'train');
  return columns.map((column) => ({
    id: column.info.id,
    name: column.info.name,
    count: train.reduce((sum, sample) => sum + (isLabelled(column, sample) ? 1 : 0), 0),
  }));
}

export function HideEffect({ set, revision, hide, column }: HideEffectProps) {
  const [labelled, setLabelled] = useState<readonly Labelled[]>([]);
  const isOn = hide > 0;
  useEffect(() => {
    if (!isOn) return undefined;
    let current = true;
    countLabelled(set.id, revision).then(
      (found) => current && setLabelled(found),
      () => current && setLabelled([]), // without the figures the setting works all the same
    );
    return () => {
      current = false;
    };
  }, [set.id, revision, isOn]);
  if (!isOn || labelled.length === 0) return null;
  return (
    <p className={styles['change']}>
      Left to train on, about:{' '}
      {labelled.map(({ id, name, count }, i) => (
        <span key={id}>
          {i > 0 ? ' · ' : ''}
          <bdi>{name}</bdi>{' '}
          <span className="mono">
            {formatCount(column === '' || column === id ? labelsLeft(count, hide) : count)}
          </span>{' '}
          of <span className="mono">{formatCount(count)}</span>
        </span>
      ))}
    </p>
  );
}
