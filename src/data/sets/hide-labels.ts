/** Labels of training images hidden at random, to study missing supervision. */
import { hash, hashText, stream, toUniform } from '#lib/random.ts';
import { columnWidth } from '#experiment/dataset-info.ts';
import type { LabelColumn } from '../dataset.ts';
import type { SetSettings } from './settings.ts';

/**
 * Hides labels: each of a training image in a column with this chance, independently of all others, so that a label that is hidden
 * stays so at every larger share. Other parts keep theirs.
 */
export function withHidden(
  columns: readonly LabelColumn[],
  train: Uint32Array,
  { hide, hideColumn }: Pick<SetSettings, 'hide' | 'hideColumn'>,
  seed: number,
): readonly LabelColumn[] {
  if (hide === 0) return columns;
  return columns.map((column) => {
    const { info, values } = column;
    if (hideColumn !== '' && hideColumn !== info.id) return column;
    const width = columnWidth(info);
    const key = hash(seed, stream.split, hashText(`hide ${info.id}`));
    const hidden = values.slice();
    for (const sample of train)
      if (toUniform(hash(key, sample)) < hide) hidden.fill(Number.NaN, sample * width, (sample + 1) * width);
    return { info, values: hidden };
  });
}
