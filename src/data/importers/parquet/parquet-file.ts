/** A Parquet file: its columns, and their values row group by row group. Read by ranges of bytes, never whole. */
import { DEFAULT_PARSERS, convert } from 'hyparquet/src/convert.js';
import { parquetMetadata } from 'hyparquet/src/metadata.js';
import type { ColumnDecoder, FileMetaData, SchemaElement } from 'hyparquet/src/types.js';
import { ImportError, type Cell } from '../importer.ts';
import type { SourceFile } from '../source-file.ts';
import { featuresOf } from './features.ts';
import { pagesOf, readDictionary, readPage, type Page, type Pages } from './pages.ts';
import { structEnd } from './thrift.ts';
import type { LeafKind, PageValues, Value } from './values.ts';

/** Bytes of what is said about a file at its end. */
const mostMetadata = 64e6;
/** Rows, and cells of all labels, of one file. */
const mostRows = 10_000_000;
const mostCells = 50_000_000;
/** Pages of pictures that are kept unpacked, for those that are asked for next. */
const keptPages = 3;

/** A column as it is stored: a value of each row, or a list of values. */
export interface Leaf {
  /** `colour`; of structs, with the steps to it: `image.bytes`. */
  readonly path: readonly string[];
  readonly kind: LeafKind;
  readonly element: SchemaElement;
  /** Place of its chunk in each row group. */
  readonly place: number;
  /** The level of definition from which on a list has an element. */
  readonly listLevel: number;
  readonly feature: ReturnType<ReturnType<typeof featuresOf>>;
}

/** Whether its values are bytes that are no text. */
export function isBinary({ kind, element, feature }: Leaf): boolean {
  const isText = element.converted_type !== undefined || element.logical_type !== undefined;
  return kind.type === 'BYTE_ARRAY' && kind.repetition === 0 && !isText && feature?.type !== 'Value';
}

/** Steps that stand for lists, and are no names of anybody's. */
const isListStep = (name: string, element: SchemaElement) =>
  element.repetition_type === 'REPEATED' && /^(list|bag|array|.*_tuple)$/.test(name);

/** All leaves of a schema, which lists its tree depth first. */
function leavesOf(schema: readonly SchemaElement[], metadata: FileMetaData): Leaf[] {
  const featureAt = featuresOf(metadata.key_value_metadata ?? []);
  const leaves: Leaf[] = [];
  let next = 1;
  const visit = (above: {
    path: string[];
    repetition: number;
    definition: number;
    listLevel: number;
    inList: boolean;
  }) => {
    const element = schema[next++];
    if (!element) throw new Error('its schema is cut off');
    const isList = element.repetition_type === 'REPEATED';
    const repetition = above.repetition + (isList ? 1 : 0);
    const definition = above.definition + (element.repetition_type === 'REQUIRED' ? 0 : 1);
    const isStep = above.inList || isListStep(element.name, element);
    const path = isStep ? above.path : [...above.path, element.name];
    const listLevel = isList ? definition : above.listLevel;
    const children = element.num_children ?? 0;
    const inList = isListStep(element.name, element) && children === 1;
    if (element.type === undefined) {
      if (path.length > 16) throw new Error('its schema is far too deep');
      for (let i = 0; i < children; i++) visit({ path, repetition, definition, listLevel, inList });
    } else {
      const kind = { type: element.type, length: element.type_length ?? 0, repetition, definition };
      leaves.push({ path, kind, element, place: leaves.length, listLevel, feature: featureAt(path) });
    }
  };
  while (next < schema.length) visit({ path: [], repetition: 0, definition: 0, listLevel: 0, inList: false });
  return leaves;
}

/** A value as a label; undefined for what is none. */
function cellOf(value: unknown, { feature, element }: Leaf): string | number | null | undefined {
  if (feature?.names)
    return (
      (typeof value === 'bigint' || typeof value === 'number' ? feature.names[Number(value)] : undefined) ??
      null
    );
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`;
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return null;
    // 0.1 as somebody wrote it, not as four bytes hold it
    return element.type === 'FLOAT' ? Number(value.toPrecision(7)) : value;
  }
  if (typeof value === 'string') return value.trim() || null;
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? null : value.toISOString().replace('T00:00:00.000Z', '');
  return undefined;
}

/** Values as their logical type has them: texts, dates, decimals. */
function converted(leaf: Leaf, values: readonly Value[]): unknown[] {
  const { element, kind } = leaf;
  const decoder: ColumnDecoder = {
    pathInSchema: [...leaf.path],
    type: kind.type,
    element,
    schemaPath: [],
    codec: 'UNCOMPRESSED',
    parsers: { ...DEFAULT_PARSERS, jsonFromBytes: (bytes) => DEFAULT_PARSERS.stringFromBytes(bytes) },
    utf8: element.type === 'BYTE_ARRAY',
  };
  return Array.from(convert([...values], decoder));
}

/** A page's values as a cell per row; `cells` holds those of the pages before. */
function addCells(cells: Cell[], leaf: Leaf, page: PageValues): void {
  const values = converted(leaf, page.values);
  const { kind, listLevel } = leaf;
  let next = 0;
  let row: (string | number)[] | null = null;
  for (let i = 0; i < page.count; i++) {
    const definition = page.definition?.[i] ?? kind.definition;
    const value = definition === kind.definition ? (cellOf(values[next++], leaf) ?? null) : null;
    if (kind.repetition === 0) cells.push(value);
    else {
      if ((page.repetition?.[i] ?? 0) === 0) {
        row = definition < listLevel - 1 ? null : [];
        cells.push(row as Cell);
      }
      const last = cells.at(-1);
      row = Array.isArray(last) ? (last as (string | number)[]) : null;
      if (value !== null) row?.push(value);
    }
  }
}

const inWords = (error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  return `it is damaged, or no Parquet file that can be read (${message}).`;
};

export class ParquetFile {
  readonly path: string;
  readonly rows: number;
  readonly leaves: readonly Leaf[];
  readonly #blob: Blob;
  readonly #metadata: FileMetaData;
  readonly #kept = new Map<string, Promise<PageValues>>();
  readonly #dictionaries = new Map<string, Promise<readonly Value[] | null>>();

  /** Use {@link openParquet}. */
  constructor(path: string, blob: Blob, metadata: FileMetaData) {
    this.path = path;
    this.#blob = blob;
    this.#metadata = metadata;
    this.leaves = leavesOf(metadata.schema, metadata);
    for (const [group] of metadata.row_groups.entries())
      for (const leaf of this.leaves) this.#metaOf(group, leaf);
    this.rows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
    if (!(this.rows >= 0 && this.rows <= mostRows))
      throw new Error(`it says that it has ${this.rows} rows; up to ${mostRows} are read`);
  }

  #metaOf(group: number, { place, kind }: Leaf) {
    const chunk = this.#metadata.row_groups[group]?.columns[place];
    if (!chunk?.meta_data || chunk.file_path) throw new Error('a column is not in the file');
    if (chunk.meta_data.type !== kind.type) throw new Error('a column has another type than the schema says');
    return chunk.meta_data;
  }

  /** Whether no row has a value of this column, as far as the file itself says so. */
  isEmpty(leaf: Leaf): boolean {
    return this.#metadata.row_groups.every((_, group) => {
      const { statistics, num_values: count } = this.#metaOf(group, leaf);
      return statistics?.null_count !== undefined && statistics.null_count === count;
    });
  }

  /**
   * A cell per row of some columns, of the rows of the first row groups until there are `most`.
   * @throws ImportError where they are damaged or far too many
   */
  async cells(leaves: readonly Leaf[], most = Infinity): Promise<Cell[][]> {
    if (this.rows * leaves.length > mostCells)
      throw new ImportError(
        this.path,
        `it has ${this.rows} rows of ${leaves.length} columns; ${mostCells} cells are read.`,
      );
    try {
      return await Promise.all(leaves.map((leaf) => this.#column(leaf, most)));
    } catch (error) {
      throw new ImportError(this.path, inWords(error));
    }
  }

  async #column(leaf: Leaf, most: number): Promise<Cell[]> {
    const cells: Cell[] = [];
    let rows = 0;
    for (const [group, { num_rows: count }] of this.#metadata.row_groups.entries()) {
      if (cells.length >= most) break;
      const pages = await pagesOf(this.#blob, this.#metaOf(group, leaf));
      const dictionary = await readDictionary(this.#blob, pages, leaf.kind);
      for (const page of pages.data)
        addCells(cells, leaf, await readPage(this.#blob, pages, page, leaf.kind, dictionary));
      rows += Number(count);
      if (cells.length !== rows) throw new Error('a column has not a value for each row');
    }
    return cells;
  }

  /**
   * A file for each row, with the bytes of a binary column, which are read when they are asked for.
   * @throws ImportError where the column's pages are damaged
   */
  async blobs(leaf: Leaf): Promise<SourceFile[]> {
    const files: SourceFile[] = [];
    try {
      for (const [group] of this.#metadata.row_groups.entries()) {
        const pages = await pagesOf(this.#blob, this.#metaOf(group, leaf));
        for (const [p, page] of pages.data.entries())
          for (let i = 0; i < page.count; i++) {
            const row = files.length + 1;
            const bytes = Math.round(page.header.uncompressed_page_size / page.count);
            const path = `${this.path}, row ${row}`;
            files.push({ path, bytes, blob: () => this.#bytes(leaf, pages, page, `${group} ${p}`, i, path) });
          }
      }
    } catch (error) {
      throw new ImportError(this.path, inWords(error));
    }
    if (files.length !== this.rows)
      throw new ImportError(this.path, 'it is damaged: a column has not a value for each row.');
    return files;
  }

  async #bytes(
    leaf: Leaf,
    pages: Pages,
    page: Page,
    key: string,
    index: number,
    path: string,
  ): Promise<Blob> {
    let values: PageValues;
    try {
      values = await this.#page(leaf, pages, page, `${leaf.place} ${key}`);
    } catch (error) {
      throw new ImportError(path, inWords(error));
    }
    const { definition } = leaf.kind;
    const isThere = (level: number) => level === definition;
    if (values.definition && !isThere(values.definition[index] ?? 0))
      throw new ImportError(path, 'it has no picture.');
    const before =
      values.definition?.subarray(0, index).reduce((sum, level) => sum + (isThere(level) ? 1 : 0), 0) ??
      index;
    const bytes = values.values[before];
    if (!(bytes instanceof Uint8Array)) throw new ImportError(path, 'it has no picture.');
    return new Blob([new Uint8Array(bytes)]);
  }

  /** A page, unpacked, or a promise of it that is there already. */
  #page(leaf: Leaf, pages: Pages, page: Page, key: string): Promise<PageValues> {
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key); // put anew, it is the last one to go
      this.#kept.set(key, kept);
      return kept;
    }
    const group = key.slice(0, key.lastIndexOf(' '));
    const dictionary = this.#dictionaries.get(group) ?? readDictionary(this.#blob, pages, leaf.kind);
    this.#dictionaries.clear();
    this.#dictionaries.set(group, dictionary);
    const read = dictionary.then((words) => readPage(this.#blob, pages, page, leaf.kind, words));
    this.#kept.set(key, read);
    for (const old of this.#kept.keys()) {
      if (this.#kept.size <= keptPages) break;
      this.#kept.delete(old);
    }
    return read;
  }
}

/**
 * Opens a file by what stands at its end.
 * @throws ImportError where it is no Parquet file, or is damaged
 */
export async function openParquet({ path, blob }: SourceFile): Promise<ParquetFile> {
  const file = await blob();
  try {
    const tail = new DataView(await file.slice(-8).arrayBuffer());
    if (tail.byteLength < 8 || tail.getUint32(4) !== 0x50415231) throw new Error('it does not end as one');
    const length = tail.getUint32(0, true);
    if (length > mostMetadata || length + 8 > file.size)
      throw new Error('what it says about itself is longer than it');
    const bytes = await file.slice(file.size - 8 - length).arrayBuffer();
    if (structEnd(new Uint8Array(bytes), 0) > length) throw new Error('what it says about itself is cut off');
    return new ParquetFile(path, file, parquetMetadata(bytes, { geoparquet: false }));
  } catch (error) {
    throw new ImportError(path, inWords(error));
  }
}
