/** The arrow keys in a table whose cells are buttons: one stop of the tab key, from cell to cell by arrows, Home and End. */

export type Place = readonly [row: number, column: number];

/** Where a key leads from a place in a table of rows × columns; null if it means nothing here. */
export function moved([row, column]: Place, key: string, rows: number, columns: number): Place | null {
  const within = (place: number, count: number) => Math.min(count - 1, Math.max(0, place));
  switch (key) {
    case 'ArrowLeft':
      return [row, within(column - 1, columns)];
    case 'ArrowRight':
      return [row, within(column + 1, columns)];
    case 'ArrowUp':
      return [within(row - 1, rows), column];
    case 'ArrowDown':
      return [within(row + 1, rows), column];
    case 'Home':
      return [row, 0];
    case 'End':
      return [row, columns - 1];
    default:
      return null;
  }
}
