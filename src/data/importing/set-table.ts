/** A data set that is here already, built in or kept, as one more table of an import. */
import { columnWidth, splitNames, type ImageShape } from '#experiment/dataset-info.ts';
import type { Dataset, LabelColumn } from '../dataset.ts';
import { memoryReader, type ImageReader } from '../image-reader.ts';
import type { Cell, PixelBlock, RawColumn, RawTable } from '../importers/importer.ts';

/** What is needed of such a set. */
export interface SetSource {
  readonly id: string;
  readonly name: string;
  readonly image: ImageShape;
  readonly columns: readonly LabelColumn[];
  /** The part of each sample, as its place in `splitNames`. */
  readonly parts: Uint8Array;
  /** What samples are called; left out: by their number. */
  readonly names?: readonly string[];
  readonly reader: Pick<ImageReader, 'range'>;
}

/** Cells of a label column as a file would have them. */
function cellsOf({ info, values }: LabelColumn, samples: number): Cell[] {
  const width = columnWidth(info);
  return Array.from({ length: samples }, (_none, sample): Cell => {
    const row = Array.from(values.subarray(sample * width, (sample + 1) * width));
    if (row.every(Number.isNaN)) return null;
    if (info.kind === 'class') return info.classes[row[0] ?? 0] ?? null;
    if (info.kind === 'labels') return info.classes.filter((_, i) => (row[i] ?? 0) > 0);
    return width === 1 ? (row[0] ?? null) : row;
  });
}

function rawColumn(column: LabelColumn, samples: number): RawColumn {
  const { info } = column;
  const names = info.kind === 'number' ? info.names : info.classes;
  return { name: info.name, kind: info.kind, names, cells: cellsOf(column, samples) };
}

export function tableFromSet(set: SetSource): RawTable {
  const { name, image, columns, parts, names, reader } = set;
  const block: PixelBlock = {
    shape: image,
    count: parts.length,
    read: (start, end) => reader.range(start, end),
  };
  return {
    name,
    samples: Array.from(parts, (part, index) => ({
      image: { kind: 'pixels', block, index } as const,
      name: names?.[index] ?? `${name}, image ${index + 1}`,
      split: splitNames[part] ?? null,
    })),
    columns: columns.map((column) => rawColumn(column, parts.length)),
    leftOut: [],
  };
}

/** A data set in memory as a source. */
export function sourceOfDataset({ info, images, columns, split }: Dataset): SetSource {
  const { id, name, image } = info;
  const reader = images instanceof Uint8Array ? memoryReader(images, image) : images;
  const parts = new Uint8Array(reader.count);
  for (const [part, each] of splitNames.entries()) for (const sample of split[each]) parts[sample] = part;
  return { id, name, image, columns, parts, reader };
}
