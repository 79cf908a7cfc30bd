/** A growing table of numbers, column by column, for curves: append-only, without copying what is there. */

export class SeriesTable {
  readonly columns: readonly string[];
  #length = 0;
  #data: Float64Array[];

  constructor(columns: readonly string[]) {
    this.columns = columns;
    this.#data = columns.map(() => new Float64Array(1024));
  }

  /** Rows so far. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends rows.
   * @param rows [n, columns], row-major
   */
  append(rows: ArrayLike<number>): void {
    const width = this.columns.length;
    const added = Math.floor(rows.length / width);
    this.#reserve(this.#length + added);
    for (const [c, column] of this.#data.entries()) {
      for (let r = 0; r < added; r++) column[this.#length + r] = rows[r * width + c] ?? Number.NaN;
    }
    this.#length += added;
  }

  /** A table of its own with the rows in which a column is at most this, rows being in its order. */
  upTo(name: string, most: number): SeriesTable {
    const rows = this.column(name).findIndex((value) => value > most);
    return this.#copy(this.columns, rows < 0 ? this.#length : rows);
  }

  /** A table of its own with other columns: NaN where this one has none of that name. */
  withColumns(columns: readonly string[]): SeriesTable {
    return this.#copy(columns, this.#length);
  }

  /** A view of one column as it is now; empty for an unknown name. */
  column(name: string): Float64Array {
    return this.#data[this.columns.indexOf(name)]?.subarray(0, this.#length) ?? new Float64Array();
  }

  /** A copy of one row, [columns]; NaN where there is no such row. */
  row(index: number): Float64Array {
    const isThere = index >= 0 && index < this.#length;
    return Float64Array.from(this.#data, (column) => (isThere ? (column[index] ?? Number.NaN) : Number.NaN));
  }

  /** The last value of a column; NaN where there is none. */
  last(name: string): number {
    return this.column(name).at(-1) ?? Number.NaN;
  }

  #copy(columns: readonly string[], rows: number): SeriesTable {
    const copy = new SeriesTable(columns);
    copy.#reserve(rows);
    copy.#length = rows;
    for (const [index, name] of columns.entries()) {
      const values = this.columns.includes(name) ? this.column(name).subarray(0, rows) : undefined;
      if (values) copy.#data[index]?.set(values);
      else copy.#data[index]?.fill(Number.NaN, 0, rows);
    }
    return copy;
  }

  #reserve(length: number): void {
    const capacity = this.#data[0]?.length ?? 0;
    if (length <= capacity) return;
    this.#data = this.#data.map((old) => {
      const grown = new Float64Array(Math.max(length, capacity * 2));
      grown.set(old);
      return grown;
    });
  }
}
