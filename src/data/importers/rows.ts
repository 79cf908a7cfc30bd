/** Tables as rows of named fields, whatever their file format: comma, semicolon or tab separated, JSON lines, or Parquet. */
import Papa from 'papaparse';
import { ImportError, type Cell, type LeftOut } from './importer.ts';
import { tableOf } from './parquet.ts';
import { extensionOf, type SourceFile } from './source-file.ts';
import { readHead, readText } from './text.ts';

/** Rows with fields by column; a field that is empty or not there is null. */
export interface Rows {
  readonly columns: readonly string[];
  /** [rows][columns]. */
  readonly cells: readonly (readonly Cell[])[];
  /** The number of each row in the file, from 1, the header not counted. */
  readonly numbers: readonly number[];
  readonly leftOut: readonly LeftOut[];
}

/** More columns than that are no labels, and would be as many choices on the page. */
const mostColumns = 2000;
const extensions = new Set(['csv', 'tsv', 'jsonl', 'ndjson', 'parquet']);

/** Whether a file is called as a table is that {@link readRows} reads. */
export function isTablePath(path: string): boolean {
  return extensions.has(extensionOf(path));
}

const isParquet = ({ path }: SourceFile) => extensionOf(path) === 'parquet';
const isJsonLines = ({ path }: SourceFile) => /^(jsonl|ndjson)$/.test(extensionOf(path));

/** Names of the columns; empty and repeated ones get a number. */
function namesOf(header: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return header.map((text, i) => {
    const name = text.trim() || `column ${i + 1}`;
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}

function checkWidth(file: string, width: number): void {
  if (width > mostColumns)
    throw new ImportError(file, `it has ${width} columns; tables of up to ${mostColumns} are read.`);
}

/** Rows of a text with separators; which they are is found out. */
function separated(file: string, text: string): Rows {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  checkWidth(file, header.split(/[,;\t|]/).length); // before millions of them are parsed
  const { data } = Papa.parse<string[]>(text, {
    skipEmptyLines: 'greedy',
    delimitersToGuess: [',', ';', '\t', '|'],
  });
  const [first, ...rest] = data;
  if (!first) return { columns: [], cells: [], numbers: [], leftOut: [] };
  const columns = namesOf(first);
  const numbered = rest.map((fields, i) => ({ fields, number: i + 1 }));
  const whole = numbered.filter(({ fields }) => fields.length <= columns.length);
  const leftOut = numbered
    .filter(({ fields }) => fields.length > columns.length)
    .map(({ fields, number }): LeftOut => ({
      kind: 'row',
      name: file,
      row: number,
      reason: `has ${fields.length} fields, the header ${columns.length}`,
    }));
  return {
    columns,
    cells: whole.map(({ fields }) => columns.map((_, i) => fields[i]?.trim() || null)),
    numbers: whole.map(({ number }) => number),
    leftOut,
  };
}

/** A value of JSON as a label; undefined for what is none, such as a nested object. */
function cellOf(value: unknown): Cell | undefined {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (!Array.isArray(value)) return undefined;
  if (value.every((each) => typeof each === 'number')) return value;
  if (value.every((each) => typeof each === 'string')) return value;
  return undefined;
}

function objectOf(line: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? Object.fromEntries(Object.entries(value)) : 'is no JSON object';
  } catch {
    return 'is no JSON';
  }
}

/** Rows of JSON objects, one per line; a column is every key that occurs with a value that can be a label. */
function jsonLines(file: string, text: string): Rows {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const leftOut: LeftOut[] = [];
  const places = new Map<string, number>();
  const found: { number: number; fields: Cell[] }[] = [];
  for (const [i, line] of lines.entries()) {
    const object = objectOf(line);
    if (typeof object === 'string') {
      leftOut.push({ kind: 'row', name: file, row: i + 1, reason: object });
      continue;
    }
    const fields: Cell[] = [];
    for (const [key, value] of Object.entries(object)) {
      const cell = cellOf(value);
      if (cell === undefined) continue;
      const place = places.get(key) ?? places.size;
      places.set(key, place);
      fields[place] = cell;
    }
    checkWidth(file, places.size);
    found.push({ number: i + 1, fields });
  }
  const columns = [...places.keys()];
  return {
    columns,
    cells: found.map(({ fields }) => columns.map((_, i) => fields[i] ?? null)),
    numbers: found.map(({ number }) => number),
    leftOut,
  };
}

/** Rows of a Parquet file, of its first row groups until there are `most`; what is no label is no column. */
async function parquetRows(file: SourceFile, most = Infinity): Promise<Rows> {
  const { columns, cells, leftOut } = await tableOf(file, most);
  checkWidth(file.path, columns.length);
  const rows = Array.from(cells[0] ?? [], (_, row) => cells.map((column) => column[row] ?? null));
  return { columns: namesOf(columns), cells: rows, numbers: rows.map((_, i) => i + 1), leftOut };
}

/** Throws ImportError where the file is too large or too wide. What is wrong with single rows is left out, with the reason. */
export async function readRows(file: SourceFile): Promise<Rows> {
  if (isParquet(file)) return parquetRows(file);
  const text = await readText(file);
  return isJsonLines(file) ? jsonLines(file.path, text) : separated(file.path, text);
}

/** The columns and first rows of a table, for recognising it; empty where it is none. */
export async function peekRows(file: SourceFile): Promise<Rows> {
  try {
    if (isParquet(file)) return await parquetRows(file, 1);
    const head = await readHead(file);
    // The last line may be cut off.
    const whole = file.bytes > 65_536 ? head.slice(0, Math.max(0, head.lastIndexOf('\n'))) : head;
    return isJsonLines(file) ? jsonLines(file.path, whole) : separated(file.path, whole);
  } catch (error) {
    if (error instanceof ImportError) return { columns: [], cells: [], numbers: [], leftOut: [] };
    throw error;
  }
}
