/** Tables of float32 numbers as CSV that people can read and that comes back bit for bit. An empty cell is NaN. */
import { Pace } from '#data/pace.ts';
import { describe } from '#experiment/problem.ts';
import { SeriesTable } from '#lib/series.ts';
import { FileError } from './file-error.ts';

/** Lines made or read between two chances for other work. */
const linesAtOnce = 500;

/** The shortest of 7, 8 or 9 digits from which float32 has the number again; nine always suffice. */
export function exactCell(value: number): string {
  if (Number.isNaN(value)) return '';
  if (Object.is(value, -0)) return '-0';
  if (!Number.isFinite(value)) return String(value);
  for (const digits of [7, 8]) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

const number = /^-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity)$/;

/** The number of such a cell; undefined where it is none. */
export function readCell(cell: string): number | undefined {
  if (cell === '') return Number.NaN;
  return number.test(cell) ? Math.fround(Number(cell)) : undefined;
}

/** The table with its column names as the first line, in parts. */
export async function csvParts(table: SeriesTable): Promise<Uint8Array<ArrayBuffer>[]> {
  const { columns, length } = table;
  const values = columns.map((name) => table.column(name));
  const parts = [`${columns.join(',')}\n`];
  const pace = new Pace(Math.ceil(length / linesAtOnce));
  for (let start = 0; start < length; start += linesAtOnce) {
    const count = Math.min(linesAtOnce, length - start);
    const lines = Array.from({ length: count }, (_, row) =>
      values.map((column) => exactCell(column[start + row] ?? Number.NaN)).join(','),
    );
    parts.push(`${lines.join('\n')}\n`);
    await pace.tick();
  }
  const encoder = new TextEncoder();
  return parts.map((part) => encoder.encode(part));
}

/**
 * Lines of a text with their cells, the first line aside. Lines end in LF or CRLF, as after a spreadsheet or an editor.
 * @param columns what the first line must name
 * @throws FileError naming the line, what it must be, and what was found
 */
export async function* csvLines(
  text: string,
  columns: readonly string[],
  file: string,
): AsyncGenerator<{ readonly line: number; readonly cells: readonly string[] }> {
  const refuse = (line: number, rule: string, found: unknown): FileError =>
    new FileError(file, {
      path: `line ${line}`,
      rule,
      found: describe(found),
      remedy: 'Export it again.',
    });
  const pace = new Pace(Infinity);
  let at = 0;
  for (let line = 1; at < text.length; line++) {
    const end = text.indexOf('\n', at);
    const content = text.slice(at, end < 0 ? text.length : end).replace(/\r$/, '');
    at = end < 0 ? text.length : end + 1;
    const cells = content.split(',');
    if (line === 1) {
      if (content !== columns.join(',')) throw refuse(1, `must be ${columns.join(',')}`, content);
      continue;
    }
    if (cells.length !== columns.length)
      throw refuse(line, `must have ${columns.length} cells`, cells.length);
    yield { line, cells };
    await pace.tick();
  }
  if (text === '') throw refuse(1, `must be ${columns.join(',')}`, 'an empty file');
}

/** A number of a line. Throws FileError where it is none. */
export function cellOf(cells: readonly string[], index: number, line: number, file: string): number {
  const cell = cells[index] ?? '';
  const value = readCell(cell);
  if (value !== undefined) return value;
  throw new FileError(file, {
    path: `line ${line}`,
    rule: `its cell ${index + 1} must be a number or empty`,
    found: describe(cell),
    remedy: 'Export it again.',
  });
}

/** The table again. Throws FileError as {@link csvLines}. */
export async function readTable(
  text: string,
  columns: readonly string[],
  file: string,
): Promise<SeriesTable> {
  const table = new SeriesTable(columns);
  for await (const { line, cells } of csvLines(text, columns, file))
    table.append(cells.map((_, index) => cellOf(cells, index, line, file)));
  return table;
}
