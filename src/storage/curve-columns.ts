/** Curves in chunks as columns, and only those that are wanted: a chart looks at a few of twenty. */
import type { Chunk } from './chunks.ts';

/**
 * The wanted columns of a table in chunks, each [rows]; where a chunk begins before the end of the one before, its rows
 * hold. NaN where a chunk has no column of that name.
 * @param chunks in the order of their first rows
 * @param most rows that count
 */
export function columnsIn(
  chunks: readonly Chunk[],
  names: readonly string[],
  most: number,
): Float64Array<ArrayBuffer>[] {
  const counted = chunks.filter(({ start }) => start < most);
  const last = counted.at(-1);
  const length = last ? Math.min(most, last.start + Math.floor(last.rows.length / last.columns.length)) : 0;
  return names.map((name) => {
    const values = new Float64Array(length).fill(Number.NaN);
    for (const { start, columns, rows } of counted) {
      const place = columns.indexOf(name);
      if (place < 0) continue;
      for (let at = place, row = start; at < rows.length && row < length; at += columns.length, row++)
        values[row] = rows[at] ?? Number.NaN;
    }
    return values;
  });
}
