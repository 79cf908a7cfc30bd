/** One import in its worker: the session, the decoders, the storage that it writes to. Pictures never leave it but as bytes. */
import { fetchBytes } from '../byte-source.ts';
import { builtinFor } from '../resolve.ts';
import { browserDecoder } from '../decoding/pool.ts';
import { isOwnSet } from '../sets/manifest.ts';
import { openSetStore, StorageFullError, type SetStore } from '../sets/set-store.ts';
import type { ImportCallName, ImportCalls } from './import-protocol.ts';
import type { Dropped, ImportProgress } from './import-view.ts';
import { forget, remember } from './remembered.ts';
import { ImportSession } from './session.ts';
import { sourceOfDataset, type SetSource } from './set-table.ts';
import { storeTarget } from './store-target.ts';
import { walk } from './walk.ts';

export type ImportHandlers = {
  [Name in ImportCallName]: (
    input: ImportCalls[Name]['input'],
  ) => ImportCalls[Name]['output'] | Promise<ImportCalls[Name]['output']>;
};

/** Why calls are refused that the reader stopped. */
export class Stopped extends Error {}

/** The page's folder: the built worker lies one below it. */
const base = new URL(import.meta.env.DEV ? import.meta.env.BASE_URL : '..', self.location.href).href;

/** Milliseconds between two reports of progress: the page draws each. */
const between = 100;

export class ImportService implements ImportHandlers {
  readonly #storage: string;
  readonly #tell: (progress: ImportProgress) => void;
  readonly #session = new ImportSession(browserDecoder());
  readonly #dropped: Dropped[] = [];
  readonly #sets: string[] = [];
  #store: Promise<SetStore> | undefined;
  #stop = new AbortController();
  #told = 0;
  #phase: ImportProgress['phase'] | undefined;

  /** @param storage name of the database of kept sets */
  constructor(storage: string, tell: (progress: ImportProgress) => void) {
    this.#storage = storage;
    this.#tell = tell;
  }

  add = async ({ dropped, name }: ImportCalls['add']['input']) => {
    const { signal } = this.#stop;
    const looking = (done: number) =>
      this.#progress({ phase: 'looking', done, total: 0, rate: 0, secondsLeft: null });
    const files = await walk(dropped, looking, signal);
    const view = await this.#session.add(files, name, { signal, onProgress: this.#progress });
    this.#dropped.push(...dropped);
    return view;
  };

  addSet = async ({ id }: ImportCalls['addSet']['input']) => {
    const { signal } = this.#stop;
    const source = isOwnSet(id) ? await this.#kept(id) : await this.#builtin(id, signal);
    const view = await this.#session.addSet(source, { signal });
    this.#sets.push(id);
    return view;
  };

  dropTable = ({ id }: ImportCalls['dropTable']['input']) => this.#session.dropTable(id);

  reread = ({ id, ...how }: ImportCalls['reread']['input']) =>
    this.#session.reread(id, how, { signal: this.#stop.signal, onProgress: this.#progress });

  join = ({ name, how }: ImportCalls['join']['input']) => this.#session.join(name, how);

  plan = ({ key, plan }: ImportCalls['plan']['input']) => this.#session.plan(key, plan);

  preview = ({ choices }: ImportCalls['preview']['input']) =>
    this.#session.preview(choices, { signal: this.#stop.signal });

  leftOut = () => this.#session.leftOut();

  planFile = ({ choices }: ImportCalls['planFile']['input']) => this.#session.planFile(choices);

  applyPlanFile = ({ text }: ImportCalls['applyPlanFile']['input']) =>
    this.#session.applyPlanFile(text, { signal: this.#stop.signal });

  filesSignature = () => this.#session.filesSignature();

  commit = async ({ choices }: ImportCalls['commit']['input']) => {
    const { signal } = this.#stop;
    const store = await this.#opened();
    const signature = this.#session.signature(choices);
    const handles = this.#dropped.flatMap((each) => ('handle' in each ? [each] : []));
    const all = handles.length === this.#dropped.length;
    const known = { signature, plan: this.#session.planFile(choices), sets: this.#sets, at: Date.now() };
    // Only for going on after an interruption: a browser that keeps no handles still imports.
    await remember(this.#storage, { ...known, handles: all ? handles : [] }).catch(() =>
      remember(this.#storage, { ...known, handles: [] }).catch(() => {}),
    );
    let isFull = false;
    try {
      return await this.#session.commit(choices, storeTarget(store), this.#progress, signal);
    } catch (error) {
      isFull = error instanceof StorageFullError;
      throw error;
    } finally {
      // What stays can be gone on with; nothing does but where the disk is full.
      if (!isFull) await forget(this.#storage, signature).catch(() => {});
    }
  };

  cancel = () => {
    this.#stop.abort(new Stopped('It was stopped.'));
    this.#stop = new AbortController();
    return null;
  };

  readonly #progress = (progress: ImportProgress): void => {
    const isLast = progress.total > 0 && progress.done >= progress.total;
    const isNew = progress.phase !== this.#phase;
    if (!isLast && !isNew && performance.now() - this.#told < between) return;
    this.#phase = progress.phase;
    this.#told = performance.now();
    this.#tell(progress);
  };

  #opened(): Promise<SetStore> {
    this.#store ??= openSetStore(this.#storage, { sweep: false });
    return this.#store;
  }

  async #kept(id: string): Promise<SetSource> {
    const store = await this.#opened();
    const manifest = await store.get(id);
    const revision = manifest?.revisions.at(-1);
    if (!manifest || !revision) throw new Error('This data set is not kept here any more.');
    const [labels, names, reader] = await Promise.all([
      store.labels(id, revision.number),
      store.names(id),
      store.reader(id),
    ]);
    const { name, image } = manifest;
    return { id, name, image, columns: labels.columns, parts: labels.parts, names, reader };
  }

  async #builtin(source: string, signal: AbortSignal): Promise<SetSource> {
    const looking = (done: number, total: number) =>
      this.#progress({ phase: 'reading', done, total, rate: 0, secondsLeft: null });
    const builtin = builtinFor({ source, settings: {} });
    return sourceOfDataset(await builtin.build({}, 0, fetchBytes(base), looking, signal));
  }
}
