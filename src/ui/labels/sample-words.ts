/** What is said of an image of a set: its name and its label in words. */
import { type Dispatch, useEffect } from 'react';
import type { LabelColumn } from '#data/dataset.ts';
import { isLabelled } from '#data/labels/counts.ts';
import { columnWidth } from '#experiment/dataset-info.ts';
import { formatValue } from '#lib/format.ts';
import type { EditorAction } from './editor-state.ts';

/** The label in words; '' where there is none. Of several labels that are known to be none: `none`. */
export function captionOf(column: LabelColumn, sample: number): string {
  if (!isLabelled(column, sample)) return '';
  const { info, values } = column;
  const width = columnWidth(info);
  const row = values.subarray(sample * width, (sample + 1) * width);
  if (info.kind === 'class') return info.classes[row[0] ?? 0] ?? '';
  if (info.kind === 'labels') return info.classes.filter((_, at) => (row[at] ?? 0) > 0).join(', ') || 'none';
  return Array.from(row, (value) => (Number.isNaN(value) ? '–' : formatValue(value))).join(', ');
}

/** Brings the file names when they are read; without them one can label all the same. */
export function useNames(read: () => Promise<readonly string[]>, dispatch: Dispatch<EditorAction>): void {
  useEffect(() => {
    let current = true;
    read().then(
      (names) => current && dispatch({ type: 'names', names }),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [read, dispatch]);
}
