/** The page's side of the worker that writes parts of checkpoints. */
import type { PartReply, PartRequest } from './entry-parts.ts';

/** Parts that are on their way at a time: enough that the database never waits, few enough to fit any memory. */
const most = 3;

/** The worker died with parts on their way, as when the browser runs out of memory. */
class WriterDied extends Error {}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

export class PartWriter {
  readonly #database: string;
  #worker: Worker | undefined;
  /** By number of the request. */
  #waiting = new Map<number, Waiting>();
  #nextId = 0;

  /** @param database its name */
  constructor(database: string) {
    this.#database = database;
  }

  /**
   * Writes parts under a run's token, in order, and waits until all of them are there; once more, by another worker, where this
   * one dies. Rejects with what the database said, by name, and where the writer is closed meanwhile; some parts may be written
   * then.
   * @param parts makes them anew at each call: they are handed over to the worker
   */
  async write(run: string, token: string, parts: () => Iterable<Float32Array<ArrayBuffer>>): Promise<void> {
    try {
      await this.#writeAll(run, token, parts());
    } catch (error) {
      if (!(error instanceof WriterDied)) throw error;
      await this.#writeAll(run, token, parts());
    }
  }

  async #writeAll(run: string, token: string, parts: Iterable<Float32Array<ArrayBuffer>>): Promise<void> {
    const onTheirWay = new Set<Promise<void>>();
    let number = 0;
    for (const part of parts) {
      const written = this.#send([run, token, number++], part);
      onTheirWay.add(written);
      void written.then(
        () => onTheirWay.delete(written),
        () => {}, // stays there to be heard of below
      );
      if (onTheirWay.size >= most) await Promise.race(onTheirWay);
    }
    await Promise.all(onTheirWay);
  }

  /** Whatever is on its way is lost. */
  close(): void {
    this.#end(new Error('The storage was closed.'));
  }

  #send(key: PartRequest['key'], part: PartRequest['part']): Promise<void> {
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    const request: PartRequest = { id, database: this.#database, key, part };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage(request, [part.buffer]);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./entry-parts.ts', import.meta.url), { type: 'module' });
    const die = () => {
      if (worker === this.#worker)
        this.#end(new WriterDied('The worker that writes checkpoints has stopped.'));
    };
    worker.addEventListener('message', ({ data }: MessageEvent<PartReply>) => {
      if (data.type === 'alive') return void navigator.locks.request(data.lock, die);
      const { id, error } = data;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === null) waiting?.resolve();
      else waiting?.reject(new DOMException(error.message, error.name));
    });
    worker.addEventListener('error', die);
    return worker;
  }

  #end(reason: Error): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
