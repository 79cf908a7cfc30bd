/** What the task kinds share: fields in the document, and reading columns. */
import { z } from 'zod';
import type { ColumnInfo } from '../dataset-info.ts';
import type { Reading } from './task.ts';

export const taskBase = {
  /** Stable key; parameter names use it. */
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and dashes, such as "top-left"')
    .max(60),
  name: z.string().min(1).max(80).meta({ title: 'Name' }),
  column: z.string().min(1).meta({ title: 'Label column' }),
};

/** Class names of a column, or the names of its numbers. */
export function columnNames(column: ColumnInfo): readonly string[] {
  return column.kind === 'number' ? column.names : column.classes;
}

export const notLabelled: Reading = { text: 'not labelled', entries: [] };

/** Mean of the numbers that are not NaN; NaN if there is none. */
export function meanOf(values: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** The rows of a row-major table. */
export function* rowsOf(table: Float32Array, width: number): Generator<Float32Array> {
  for (let start = 0; start + width <= table.length; start += width)
    yield table.subarray(start, start + width);
}
