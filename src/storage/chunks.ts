/** Curves in chunks: the rows that were new at a time, and a table of them all again. */
import { SeriesTable } from '#lib/series.ts';

/** Rows of a table from one on. */
export interface Chunk {
  /** Place of the first of them; those that were there from here on are replaced. */
  readonly start: number;
  readonly columns: readonly string[];
  /** [n, columns], row-major. Rows come as float32 from the engine, so that nothing is lost. */
  readonly rows: Float32Array;
}

/** The rows from a place on, in memory of their own. */
export function chunkFrom(table: SeriesTable, start: number): Chunk {
  const { columns, length } = table;
  const rows = new Float32Array(Math.max(0, length - start) * columns.length);
  for (const [c, name] of columns.entries()) {
    const values = table.column(name);
    for (let r = start; r < length; r++) rows[(r - start) * columns.length + c] = values[r] ?? Number.NaN;
  }
  return { start, columns, rows };
}

/**
 * The table of these chunks, in order; where one begins before the end of the one before, its rows hold.
 * @param columns of the table; NaN where a chunk has none of that name
 * @param most rows of the table
 */
export function tableOf(chunks: readonly Chunk[], columns: readonly string[], most: number): SeriesTable {
  const table = new SeriesTable(columns);
  for (const [index, { start, columns: names, rows }] of chunks.entries()) {
    const width = names.length;
    const end = chunks[index + 1]?.start ?? most;
    const count = Math.min(Math.floor(rows.length / width), end - start);
    const isSame = names.length === columns.length && names.every((name, i) => name === columns[i]);
    table.append(isSame ? rows.subarray(0, count * width) : reordered(rows, names, columns, count));
  }
  return table;
}

function reordered(
  rows: Float32Array,
  from: readonly string[],
  to: readonly string[],
  count: number,
): Float32Array {
  const places = to.map((name) => from.indexOf(name));
  return Float32Array.from({ length: count * to.length }, (_, i) => {
    const place = places[i % to.length] ?? -1;
    return place < 0 ? Number.NaN : (rows[Math.floor(i / to.length) * from.length + place] ?? Number.NaN);
  });
}
