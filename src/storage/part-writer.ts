/** The page's side of the worker that writes parts of checkpoints. */
import type { PartReply, PartRequest } from './entry-parts.ts';

/** Parts that are on their way at a time: enough that the database never waits, few enough to fit any memory. */
const most = 3;

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
   * Writes parts under a run's token, in order, and waits until all of them are there. Rejects with what the database said,
   * by name, and where the writer is closed meanwhile; some parts may be written then.
   * @param parts are handed over: the caller must not use them afterwards
   */
  async write(run: string, token: string, parts: Iterable<Float32Array<ArrayBuffer>>): Promise<void> {
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
    worker.addEventListener('message', ({ data }: MessageEvent<PartReply>) => {
      const { id, error } = data;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === null) waiting?.resolve();
      else waiting?.reject(new DOMException(error.message, error.name));
    });
    worker.addEventListener('error', () => {
      if (worker === this.#worker) this.#end(new Error('The worker that writes checkpoints has stopped.'));
    });
    return worker;
  }

  #end(reason: Error): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
