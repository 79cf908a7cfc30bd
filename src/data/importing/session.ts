/**
 * One import, from dropped files to a data set: what was understood of them, what the reader decided, and the import itself.
 * No DOM: the page's worker and the command line use it alike, each with a decoder of its own.
 */
import type { Decoder, ImagePlan } from '../decoding/decoder.ts';
import { withArchives } from '../importers/archives.ts';
import { ImportError, type LeftOut, type RawSample } from '../importers/importer.ts';
import { importers } from '../importers/index.ts';
import type { SourceFile } from '../importers/source-file.ts';
import type { SetManifest } from '../sets/manifest.ts';
import { cleanText } from '../understanding/clean-text.ts';
import type { ColumnPlan } from '../understanding/column-plan.ts';
import { checkChoices } from './check-choices.ts';
import { groupFiles, listingOf, sureness, sureOnItsOwn, type Group } from './grouping.ts';
import { lookAt } from './image-plan.ts';
import type { ImportChoices, ImportProgress, ImportView, Preview } from './import-view.ts';
import { leftOutTable } from './left-out.ts';
import { choicesOf, plansOf, tablesOfPlan, unreadOf, writePlanFile } from './plan-of-session.ts';
import { readPlanFile } from './plan-file.ts';
import { previewOf } from './preview.ts';
import { readTable, tableOfSet, withPattern, type Table } from './read-table.ts';
import { runImport } from './run-import.ts';
import { tableFromSet, type SetSource } from './set-table.ts';
import { planned, sheetColumn, tasksOf, viewOf, type SheetColumn } from './sheet-columns.ts';
import { filesDigest, textDigest } from './signature.ts';
import type { ImportTarget } from './target.ts';
import { offsetsOf, uniteColumns } from './unite.ts';

type OnProgress = (progress: ImportProgress) => void;

/** A place in a list of origins is a byte. */
const mostTables = 255;
const firstLeftOut = 500;
const unstopped = () => new AbortController().signal;
const breathe = () => new Promise<void>((resolve) => void setTimeout(resolve));

export interface SessionOptions {
  readonly onProgress?: OnProgress;
  /** Stops what goes on; the session stays as it was before. */
  readonly signal?: AbortSignal;
}

export interface AppliedFile {
  readonly view: ImportView;
  readonly choices: ImportChoices;
  /** What no longer fits, in words. */
  readonly problems: readonly string[];
}

export class ImportSession {
  readonly #decoder: Decoder;
  #name = '';
  #tables: readonly Table[] = [];
  #columns: readonly SheetColumn[] = [];
  /** What archives held back, and what the import itself left out. */
  #archives: readonly LeftOut[] = [];
  #imported: readonly LeftOut[] = [];
  #image: ImagePlan | null = null;
  #sizes = '';
  #nextId = 1;
  readonly #plans = new Map<string, ColumnPlan>();
  readonly #unions = new Map<string, 'joined' | 'apart'>();

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  /**
   * Adds files: as tables of their own, or to the table before where they are none on their own (labels for its pictures).
   * Rejects with ImportError where nothing can be made of them; all is as before then.
   * @param name of files in no common folder
   */
  async add(files: readonly SourceFile[], name: string, options: SessionOptions = {}): Promise<ImportView> {
    const { signal = unstopped() } = options;
    if (files.length === 0) throw new ImportError(name, 'there is no file in it.');
    const unpacked = await withArchives(files);
    signal.throwIfAborted();
    const groups = await groupFiles(unpacked.files, name);
    const [only] = groups;
    const last = this.#tables.findLast((table) => table.files.length > 0);
    const isOwn = async (group: Group) => (await sureness(listingOf(group).listing)) >= sureOnItsOwn;
    if (only && groups.length === 1 && last && !(await isOwn(only))) {
      const table = await this.#read(
        last.id,
        { name: last.name, files: [...last.files, ...only.files] },
        options,
      );
      await this.#settle(
        this.#tables.map((each) => (each === last ? table : each)),
        signal,
      );
    } else {
      const tables: Table[] = [];
      for (const group of groups) tables.push(await this.#read(`t${this.#nextId++}`, group, options));
      await this.#settle([...this.#tables, ...tables], signal);
    }
    this.#archives = [...this.#archives, ...unpacked.leftOut];
    return this.view();
  }

  /** A set that is here already becomes one more table. */
  async addSet(set: SetSource, { signal = unstopped() }: SessionOptions = {}): Promise<ImportView> {
    const table = tableOfSet(`t${this.#nextId++}`, tableFromSet(set));
    await this.#settle([...this.#tables, table], signal);
    return this.view();
  }

  async dropTable(id: string): Promise<ImportView> {
    await this.#settle(
      this.#tables.filter((table) => table.id !== id),
      unstopped(),
    );
    return this.view();
  }

  /** Reads a table otherwise: by another importer, or with labels in its file names; null: without. */
  async reread(
    id: string,
    how: { readonly importer?: string; readonly pattern?: string | null },
    options: SessionOptions = {},
  ): Promise<ImportView> {
    const before = this.#table(id);
    const { signal = unstopped() } = options;
    const { pattern = before.pattern } = how;
    const isOther = how.importer !== undefined && how.importer !== before.importer && before.files.length > 0;
    const table = isOther ? await this.#read(id, before, options, how.importer) : before;
    if (isOther) for (const key of this.#plans.keys()) if (key.startsWith(`${id}:`)) this.#plans.delete(key);
    const read = withPattern(table, pattern);
    await this.#settle(
      this.#tables.map((each) => (each.id === id ? read : each)),
      signal,
    );
    return this.view();
  }

  /** Another plan for a column. What it leaves empty is found in the cells. */
  plan(key: string, plan: ColumnPlan): ImportView {
    const column = this.#columns.find((each) => each.column.key === key);
    if (!column) throw new Error(`There is no column ${key} in this import.`);
    const next = planned(column, { ...plan, name: cleanText(plan.name) || column.guess.plan.name });
    this.#plans.set(key, next.plan);
    this.#columns = this.#columns.map((each) => (each === column ? next : each));
    return this.view();
  }

  /** Joins columns of several tables that have this name, or keeps them apart, whatever was proposed. */
  async join(name: string, how: 'joined' | 'apart'): Promise<ImportView> {
    this.#unions.set(name.toLowerCase(), how);
    await this.#settle(this.#tables, unstopped());
    return this.view();
  }

  view(): ImportView {
    const samples = this.#samples();
    const said = { train: 0, validation: 0, test: 0, none: 0 };
    for (const { split } of samples) said[split ?? 'none']++;
    const leftOut = this.#leftOut();
    const shape = { width: 64, height: 64, channels: 3 } as const;
    return {
      name: this.#name,
      tables: this.#tables.map(({ id, name, importer, fitting, raw, pattern, patternProblem }) => ({
        id,
        name,
        importer,
        fitting,
        samples: raw.samples.length,
        pattern,
        patternProblem,
        names: raw.samples.slice(0, 20).map((sample) => sample.name),
      })),
      columns: this.#columns.map((column) => viewOf(column, samples.length)),
      samples: samples.length,
      said,
      leftOut: { count: leftOut.length, first: leftOut.slice(0, firstLeftOut) },
      image: this.#image ?? { shape, fit: 'cover', background: '#000000' },
      sizes: this.#sizes,
    };
  }

  /** A dozen samples as they would be. Rejects with ImportError where the choices cannot be. */
  preview(choices: ImportChoices, { signal = unstopped() }: SessionOptions = {}): Promise<Preview> {
    checkChoices(choices);
    return previewOf(choices, this.#samples(), this.#columns, this.#decoder, signal);
  }

  /** Everything that was left out, with reasons, as CSV: after an import also what that left out. */
  leftOut(): string {
    const samples = this.#samples();
    return leftOutTable(this.#leftOut(), this.#columns, (sample) => samples[sample]?.name ?? '');
  }

  /**
   * The import. Rejects with ImportError where something must be decided or mended first, with StorageFullError, or with the
   * signal's reason; where it is stopped nothing stays.
   */
  async commit(
    choices: ImportChoices,
    target: ImportTarget,
    onProgress: OnProgress = () => {},
    signal: AbortSignal = unstopped(),
  ): Promise<SetManifest> {
    checkChoices(choices);
    const samples = this.#samples();
    if (samples.length === 0) throw new ImportError(choices.name, 'there is nothing to import.');
    const tasks = tasksOf(choices.name, this.#columns, samples.length);
    if (tasks.length === 0 && (choices.newTasks ?? []).length === 0)
      throw new ImportError(
        choices.name,
        'it has no task yet. Give a column a kind, find labels in the file names by a pattern, or name a task with its classes to label by hand.',
      );
    const draft = {
      name: cleanText(choices.name) || this.#name || 'Untitled',
      source: this.#source(),
      image: choices.image.shape,
      origins: this.#tables.map(({ name }) => name),
      signature: this.signature(choices),
      total: samples.length,
    };
    const origins = Uint8Array.from(this.#tables.flatMap(({ raw }, i) => raw.samples.map(() => i)));
    const decoder = this.#decoder;
    const columns = this.#columns;
    const job = { choices, draft, samples, origins, columns, tasks, decoder, onProgress, signal };
    const { manifest, leftOut } = await runImport(job, target);
    this.#imported = leftOut;
    return manifest;
  }

  /** Of the files and sets alone: what is dropped again has the same. */
  filesSignature(): string {
    const files = this.#tables.flatMap((table) => table.files);
    const sets = this.#tables.filter((table) => table.files.length === 0);
    return filesDigest([
      ...files,
      ...sets.map(({ name, raw }) => ({ path: name, bytes: raw.samples.length })),
    ]);
  }

  /** Of the files and all decisions. */
  signature(choices: ImportChoices): string {
    return `${this.filesSignature()}-${textDigest(this.planFile(choices))}`;
  }

  /** All decisions as a file. */
  planFile(choices: ImportChoices): string {
    return writePlanFile(choices, this.#tables, this.#columns, this.#unions);
  }

  /** Decides as a file says, as far as it fits. Rejects with ImportError where it is no such file. */
  async applyPlanFile(content: string, options: SessionOptions = {}): Promise<AppliedFile> {
    const file = readPlanFile(content);
    const problems: string[] = [];
    const tables = tablesOfPlan(file, this.#tables, problems);
    for (const { id, importer, pattern } of tables.values())
      await this.reread(id, { ...(importer === null ? {} : { importer }), pattern }, options);
    for (const { name, how } of file.unions) this.#unions.set(name, how);
    await this.#settle(this.#tables, options.signal ?? unstopped());
    const ids = new Map(Array.from(tables, ([name, { id }]) => [name, id]));
    for (const { key, plan } of plansOf(file, ids, this.#columns, problems)) this.plan(key, plan);
    problems.push(...unreadOf(file, ids, this.#columns));
    const choices = choicesOf(file, ids, this.#columns, problems);
    return { view: this.view(), choices, problems };
  }

  #table(id: string): Table {
    const table = this.#tables.find((each) => each.id === id);
    if (!table) throw new Error(`There is no table ${id} in this import.`);
    return table;
  }

  #samples(): readonly RawSample[] {
    const [only] = this.#tables;
    return this.#tables.length === 1 && only
      ? only.raw.samples
      : this.#tables.flatMap(({ raw }) => raw.samples);
  }

  #leftOut(): LeftOut[] {
    return [...this.#archives, ...this.#tables.flatMap(({ raw }) => raw.leftOut), ...this.#imported];
  }

  #source(): string {
    const names = this.#tables.map(
      (table) => importers.find(({ id }) => id === table.importer)?.name ?? 'Data set that was here',
    );
    return [...new Set(names)].join(', ');
  }

  async #read(
    id: string,
    group: Group,
    { onProgress, signal = unstopped() }: SessionOptions,
    importer?: string,
  ) {
    const tell = (done: number, total: number) =>
      onProgress?.({ phase: 'reading', done, total, rate: 0, secondsLeft: null });
    return readTable(id, { name: group.name, files: group.files }, importer, tell, signal);
  }

  /** Takes tables: columns are united, guessed and counted anew, in slices; where it is stopped all is as before. */
  async #settle(found: readonly Table[], signal: AbortSignal): Promise<void> {
    if (found.length > mostTables)
      throw new ImportError(this.#name, `up to ${mostTables} data sets can be united, not ${found.length}.`);
    const names = new Map<string, number>();
    const tables = found.map((table) => {
      const before = names.get(table.name) ?? 0;
      names.set(table.name, before + 1);
      return before === 0 ? table : { ...table, name: `${table.name} ${before + 1}` };
    });
    const samples = offsetsOf(tables).reduce((sum, { table }) => sum + table.raw.samples.length, 0);
    const columns: SheetColumn[] = [];
    for (const column of uniteColumns(tables, this.#unions)) {
      columns.push(sheetColumn(column, samples, this.#plans.get(column.key)));
      await breathe();
      signal.throwIfAborted();
    }
    const isOther =
      tables.some(({ raw }, i) => raw !== this.#tables[i]?.raw) || tables.length !== this.#tables.length;
    const looked = isOther
      ? await lookAt(
          tables.flatMap(({ raw }) => raw.samples),
          this.#decoder,
          signal,
        )
      : { image: this.#image, sizes: this.#sizes };
    this.#tables = tables;
    this.#columns = columns;
    this.#image = looked.image;
    this.#sizes = looked.sizes;
    this.#imported = [];
    this.#name = tables
      .map(({ name }) => name)
      .join(' + ')
      .slice(0, 120);
  }
}
