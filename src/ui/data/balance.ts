/** How the labels of a column are spread over the parts: counted column by column, between other work. */
import { useEffect, useState } from 'react';
import type { LabelColumn } from '#data/dataset.ts';
import { type ClassCounts, countClasses } from '#data/split.ts';
import { columnWidth, type SplitName } from '#experiment/dataset-info.ts';
import type { DatasetSummary } from '#stores/dataset.ts';

/** Bars of one column, for each part. */
export interface Balance {
  /** What the names are: "class", or the number whose ranges they are. */
  readonly heading: string;
  /** What a bar stands for: a class, or a range of a number. */
  readonly names: readonly string[];
  readonly parts: Readonly<Record<SplitName, ClassCounts>>;
}

const bins = 12;

/** The first number of a column in bins of equal width over its range. */
function binNumbers({ info, values }: LabelColumn, split: DatasetSummary['split']): Balance {
  const width = columnWidth(info);
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i += width) {
    const value = values[i] ?? Number.NaN;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const size = (high - low) / bins || 1;
  const of = (ids: Uint32Array): ClassCounts => {
    const counts = Array.from({ length: bins }, () => 0);
    let missing = 0;
    for (const id of ids) {
      const value = values[id * width] ?? Number.NaN;
      if (Number.isNaN(value)) missing++;
      else {
        const bin = Math.min(bins - 1, Math.floor((value - low) / size));
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
    }
    return { counts, missing };
  };
  const edge = (i: number) => (low + i * size).toPrecision(2);
  return {
    heading: info.kind === 'number' ? (info.names[0] ?? info.name) : info.name,
    names: Array.from({ length: bins }, (_, i) => `${edge(i)}–${edge(i + 1)}`),
    parts: { train: of(split.train), validation: of(split.validation), test: of(split.test) },
  };
}

function balanceOf(column: LabelColumn, split: DatasetSummary['split']): Balance {
  if (column.info.kind === 'number') return binNumbers(column, split);
  return {
    heading: 'class',
    names: column.info.classes,
    parts: {
      train: countClasses(column, split.train),
      validation: countClasses(column, split.validation),
      test: countClasses(column, split.test),
    },
  };
}

const known = new WeakMap<LabelColumn, Balance>();

/** The balance of a column; undefined until it is counted. */
export function useBalance(column: LabelColumn, split: DatasetSummary['split']): Balance | undefined {
  const [balance, setBalance] = useState(() => known.get(column));
  useEffect(() => {
    // Each column in a task of its own: 100,000 rows take some 10 ms.
    const waiting = setTimeout(() => {
      const counted = known.get(column) ?? balanceOf(column, split);
      known.set(column, counted);
      setBalance(counted);
    });
    return () => clearTimeout(waiting);
  }, [column, split]);
  return balance;
}
