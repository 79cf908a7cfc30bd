/** Columns taken out of chunks are the columns of the table of those chunks. */
import { expect, it } from 'vitest';
import { SeriesTable } from '#lib/series.ts';
import { chunkFrom, type Chunk } from './chunks.ts';
import { columnsIn } from './curve-columns.ts';

const table = new SeriesTable(['step', 'loss', 'rate']);
table.append(Array.from({ length: 10 }, (_, i) => [i + 1, (i + 1) / 8, 0.5]).flat());

/** Rows from…to of the table. */
function chunk(from: number, to: number): Chunk {
  const { rows, ...rest } = chunkFrom(table, from);
  return { ...rest, rows: rows.slice(0, (to - from) * table.columns.length) };
}

it('puts chunks together, column by column', () => {
  const [loss, step] = columnsIn([chunk(0, 4), chunk(4, 5), chunk(5, 10)], ['loss', 'step'], 10);
  expect(loss).toEqual(table.column('loss').slice());
  expect(step).toEqual(table.column('step').slice());
});

it('lets later chunks hold where they begin before the end of others, and ends where the run has ended', () => {
  const later: Chunk = { start: 2, columns: ['step', 'loss'], rows: Float32Array.of(33, 3, 44, 4, 55, 5) };
  const [step, loss, rate] = columnsIn([chunk(0, 4), later], ['step', 'loss', 'rate'], 4);
  expect([...(step ?? [])]).toEqual([1, 2, 33, 44]);
  expect([...(loss ?? [])]).toEqual([0.125, 0.25, 3, 4]);
  expect([...(rate ?? [])].slice(0, 2)).toEqual([0.5, 0.5]);
});

it('gives NaN for a column that is not there, and nothing for no chunks', () => {
  expect(columnsIn([chunk(0, 2)], ['weight'], 2)).toEqual([Float64Array.of(Number.NaN, Number.NaN)]);
  expect(columnsIn([], ['loss'], 0)).toEqual([new Float64Array()]);
});
