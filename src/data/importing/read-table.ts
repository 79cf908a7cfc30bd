/** One data set among what was dropped: recognised, read, and its labels made clean. */
import { importers, recognise } from '../importers/index.ts';
import {
  ImportError,
  type Cell,
  type Importer,
  type RawColumn,
  type RawTable,
} from '../importers/importer.ts';
import { columnsFromNames, namePattern, PatternError } from '../importers/name-pattern.ts';
import type { SourceFile } from '../importers/source-file.ts';
import { Pace, type OnProgress } from '../pace.ts';
import { cleanCell, cleanText } from '../understanding/clean-text.ts';
import { listingOf, type Group } from './grouping.ts';

/** A column with what it is found by: its place in the table, or its name in the pattern. */
export interface FoundColumn {
  readonly id: string;
  readonly raw: RawColumn;
}

export interface Table {
  readonly id: string;
  readonly name: string;
  /** Empty for a set that is kept here. */
  readonly files: readonly SourceFile[];
  readonly importer: string;
  readonly fitting: readonly string[];
  readonly raw: RawTable;
  readonly pattern: string | null;
  readonly patternProblem: string | null;
  /** Those of the files, then those of the pattern. */
  readonly columns: readonly FoundColumn[];
}

const importerOf = (id: string): Importer | undefined => importers.find((each) => each.id === id);

/** Cleans cells in slices. */
async function cleanColumn(column: RawColumn, signal: AbortSignal): Promise<RawColumn> {
  const pace = new Pace(column.cells.length, undefined, signal);
  const cells: Cell[] = [];
  for (const cell of column.cells) {
    cells.push(cleanCell(cell));
    await pace.tick();
  }
  const { names } = column;
  return {
    ...column,
    name: cleanText(column.name).slice(0, 200) || 'unnamed',
    cells,
    ...(names ? { names: [...new Set(names.map(cleanText))] } : {}),
  };
}

/** A table's raw columns made clean, numbered. */
async function cleaned(raw: RawTable, signal: AbortSignal): Promise<FoundColumn[]> {
  const columns: FoundColumn[] = [];
  for (const [i, column] of raw.columns.entries())
    columns.push({ id: `${i}`, raw: await cleanColumn(column, signal) });
  return columns;
}

/**
 * Reads a group with the importer that is surest of it, or with the one given.
 * Rejects with ImportError where nothing can be read.
 */
export async function readTable(
  id: string,
  group: Group,
  wanted: string | undefined,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Table> {
  const { name, listing } = listingOf(group);
  const fitting = await recognise(listing).catch((error: unknown) => {
    if (wanted === undefined) throw error;
    return [];
  });
  const importer = wanted === undefined ? fitting[0] : importerOf(wanted);
  if (!importer) throw new ImportError(name, `there is no way to read files called “${wanted}”.`);
  signal.throwIfAborted();
  const breathe = () => new Promise<void>((resolve) => void setTimeout(resolve));
  const raw = await importer.read(listing, {
    signal,
    progress: async (done, total) => {
      onProgress(done, total);
      await breathe();
      signal.throwIfAborted();
    },
  });
  signal.throwIfAborted();
  if (raw.samples.length === 0)
    throw new ImportError(name, 'no picture is in it, or its tables name none that is there.');
  return {
    id,
    name: cleanText(name).slice(0, 200) || 'Untitled',
    files: group.files,
    importer: importer.id,
    fitting: fitting.map((each) => each.id),
    raw,
    pattern: null,
    patternProblem: null,
    columns: await cleaned(raw, signal),
  };
}

/** A set that is here already, as a table; what it is made of is trusted. */
export function tableOfSet(id: string, raw: RawTable): Table {
  return {
    id,
    name: raw.name,
    files: [],
    importer: 'own',
    fitting: ['own'],
    raw,
    pattern: null,
    patternProblem: null,
    columns: raw.columns.map((column, i) => ({ id: `${i}`, raw: column })),
  };
}

/** A table with the labels that a pattern finds in its file names; a pattern that cannot be used is told, and finds none. */
export function withPattern(table: Table, pattern: string | null): Table {
  const own = table.columns.filter(({ id }) => !id.startsWith('{'));
  if (pattern === null || pattern.trim() === '')
    return { ...table, columns: own, pattern: null, patternProblem: null };
  try {
    const found = columnsFromNames(table.raw.samples, namePattern(pattern));
    const columns = found.map((raw) => ({
      id: `{${raw.name}}`,
      raw: { ...raw, name: cleanText(raw.name), cells: raw.cells.map(cleanCell) },
    }));
    return { ...table, columns: [...own, ...columns], pattern, patternProblem: null };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return { ...table, columns: own, pattern, patternProblem: error.message };
  }
}
