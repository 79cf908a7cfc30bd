/** The largest difference between what was said before and what is said now. */

/** Rows of numbers by name: [rows, width]. */
type Tables = Readonly<Record<string, Float32Array>>;

export interface LargestDifference {
  /** Of two numbers; infinite where one of them is none, or a table lacks. */
  readonly absolute: number;
  /** The same by the largest number that was said before of that table. */
  readonly relative: number;
  /** Where that is; null where there is nothing to compare. */
  readonly table: string | null;
  readonly row: number;
}

function between(one: number, other: number): number {
  if (Object.is(one, other) || one === other) return 0;
  const distance = Math.abs(one - other);
  return Number.isNaN(distance) ? Infinity : distance;
}

/**
 * The largest difference, relative to the size of its table's numbers, among tables of the same names.
 * @param rows of every table
 */
export function largestDifference(before: Tables, now: Tables, rows: number): LargestDifference {
  let largest: LargestDifference = { absolute: 0, relative: 0, table: null, row: 0 };
  for (const [table, said] of Object.entries(before)) {
    const says = now[table];
    if (says?.length !== said.length) return { absolute: Infinity, relative: Infinity, table, row: 0 };
    let size = 0;
    for (const value of said) if (Math.abs(value) > size) size = Math.abs(value);
    const width = rows > 0 ? said.length / rows : 1;
    for (let i = 0; i < said.length; i++) {
      const absolute = between(said[i] ?? 0, says[i] ?? 0);
      if (absolute === 0) continue;
      const relative = size > 0 ? absolute / size : Infinity;
      if (relative > largest.relative || largest.table === null)
        largest = { absolute, relative, table, row: Math.floor(i / width) };
    }
  }
  return largest;
}
