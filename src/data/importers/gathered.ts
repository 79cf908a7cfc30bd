/** Labels of pictures, gathered from the tables and annotations that name them. */
import type { SplitName } from '#experiment/dataset-info.ts';
import type { Cell, LeftOut, RawColumn, RawTable } from './importer.ts';
import { ImportError } from './importer.ts';
import type { Listing } from './listing.ts';
import { isImagePath, safePath, type SourceFile } from './source-file.ts';
import { splitPath } from './split-folders.ts';

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);
const stemOf = (name: string) => name.slice(0, name.lastIndexOf('.'));
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

interface Labelled {
  readonly file: SourceFile;
  readonly fields: Map<string, Cell>;
  /** Tables that named it. */
  readonly origins: Set<string>;
  split: SplitName | null;
}

export class Gathered {
  readonly #listing: Listing;
  /** By name without folders, in lower case; null where several are called so. */
  readonly #byName = new Map<string, SourceFile | null>();
  /** By name without folders and ending, in lower case; null where several are called so. */
  readonly #byStem = new Map<string, SourceFile | null>();
  readonly #found = new Map<string, Labelled>();
  readonly #leftOut: LeftOut[];
  /** Files that were read, and are not to be listed as left over. */
  readonly #read = new Set<string>();
  /** What was wrong with the first file that could not be read. */
  #failure: ImportError | null = null;
  readonly #kinds = new Map<string, Pick<RawColumn, 'kind' | 'names'>>();

  constructor(listing: Listing) {
    this.#listing = listing;
    this.#leftOut = [...listing.leftOut];
    for (const file of listing.images()) {
      const name = nameOf(file.path).toLowerCase();
      this.#byName.set(name, this.#byName.has(name) ? null : file);
      const stem = stemOf(name);
      this.#byStem.set(stem, this.#byStem.has(stem) ? null : file);
    }
  }

  /**
   * The file that a table means by a name: from the table's folder, from the top, or by a file name that occurs once; also by one
   * without its ending, as identifiers are written.
   */
  find(name: string, table: string): SourceFile | undefined {
    const path = safePath(name);
    if (path === null) return undefined;
    const below = this.#listing.at(`${folderOf(table)}${path}`);
    const last = nameOf(path).toLowerCase();
    const found = below ?? this.#listing.at(path) ?? this.#byName.get(last) ?? undefined;
    return found ?? (isImagePath(path) ? undefined : (this.#byStem.get(last) ?? undefined));
  }

  /**
   * Labels of one picture, beside those that other tables gave it. A name that is no picture here, or that the same table had
   * before, is left out with its reason.
   * @param row number of the row in the table, from 1
   */
  add(
    table: string,
    row: number | undefined,
    name: Cell,
    fields: Iterable<readonly [string, Cell]>,
    split: SplitName | null = null,
  ): void {
    if (typeof name !== 'string' && typeof name !== 'number') return this.skip(table, row, 'names no file');
    const file = this.find(`${name}`, table);
    if (!file) return this.skip(table, row, `names “${name}”, which is not there`);
    if (!isImagePath(file.path)) return this.skip(table, row, `names “${name}”, which is no picture`);
    const before = this.#found.get(file.path);
    if (before?.origins.has(table))
      return this.skip(table, row, `is one more for “${name}”: the first one is used`);
    const labelled = before ?? { file, fields: new Map(), origins: new Set(), split: null };
    this.#found.set(file.path, labelled);
    labelled.origins.add(table);
    labelled.split ??= split;
    for (const [column, cell] of fields)
      if (labelled.fields.get(column) === undefined || labelled.fields.get(column) === null)
        labelled.fields.set(column, cell);
  }

  /** A row, or an entry, that becomes no label. */
  skip(table: string, row: number | undefined, reason: string): void {
    this.#leftOut.push({ kind: 'row', name: table, ...(row === undefined ? {} : { row }), reason });
  }

  /** A file that was read, if only to find that it is of no use. */
  done(file: string, uselessBecause?: string): void {
    this.#read.add(file);
    if (uselessBecause !== undefined)
      this.#leftOut.push({ kind: 'file', name: file, reason: uselessBecause });
  }

  /** Reads one file of several: where it cannot be read, it alone is left out, with its reason. */
  async attempt({ path }: SourceFile, read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      this.#failure ??= error;
      this.done(path, error.message.slice(error.file.length + 2));
    }
  }

  leaveOut(leftOut: readonly LeftOut[]): void {
    this.#leftOut.push(...leftOut);
  }

  /** What the format says of a column. */
  declare(column: string, kind: Pick<RawColumn, 'kind' | 'names'>): void {
    this.#kinds.set(column, kind);
  }

  /** Cells of a column, one per picture. */
  cells(column: string): Cell[] {
    return Array.from(this.#found.values(), ({ fields }) => fields.get(column) ?? null);
  }

  /** All columns, in the order in which they came. */
  names(): string[] {
    return [...new Set(Array.from(this.#found.values()).flatMap(({ fields }) => [...fields.keys()]))];
  }

  /**
   * The pictures that were named, with all their labels; parts as said, else by their folder.
   * @param without columns that are no labels, and what their cells say of the part of each picture
   * @throws ImportError where none was
   */
  table(without: ReadonlyMap<string, (cell: Cell) => SplitName | null> = new Map()): RawTable {
    const { name } = this.#listing;
    if (this.#found.size === 0)
      throw this.#failure ?? new ImportError(name, 'no row of its tables names a picture that is there.');
    const over = this.#listing.files.filter(({ path }) => !this.#found.has(path) && !this.#read.has(path));
    const leftOver = over.map(({ path }): LeftOut => ({
      kind: 'file',
      name: path,
      reason: isImagePath(path) ? 'is in no row of a table' : 'is no picture',
    }));
    const samples = Array.from(this.#found.values(), ({ file, fields, split }) => {
      const said = Array.from(without, ([column, read]) => read(fields.get(column) ?? null));
      const part = split ?? said.find((each) => each !== null) ?? splitPath(file.path).split;
      return { image: { kind: 'encoded', file } as const, name: file.path, split: part };
    });
    const columns = this.names()
      .filter((column) => !without.has(column))
      .map((column): RawColumn => ({ name: column, cells: this.cells(column), ...this.#kinds.get(column) }));
    return { name, samples, columns, leftOut: [...this.#leftOut, ...leftOver] };
  }
}
