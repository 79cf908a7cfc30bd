/** The page's side of the worker that reads curves. */
import type { CurveReply, CurveRequest } from './entry-curves.ts';

interface Waiting {
  resolve(columns: readonly Float64Array[]): void;
  reject(error: Error): void;
}

export class CurveReader {
  readonly #database: string;
  #worker: Worker | undefined;
  /** By number of the request. */
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;

  /** @param database its name */
  constructor(database: string) {
    this.#database = database;
  }

  /** Columns of a run in memory of their own, each [rows]. Rejects where the browser refuses, and once it is closed. */
  read(request: Omit<CurveRequest, 'id' | 'database'>): Promise<readonly Float64Array[]> {
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ ...request, id, database: this.#database } satisfies CurveRequest);
    });
  }

  /** Lets go of the worker; the next reading starts another. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Error('The curves are not read any more.'));
    this.#waiting.clear();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./entry-curves.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data: { id, result } }: MessageEvent<CurveReply>) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (typeof result === 'string') waiting?.reject(new Error(result));
      else waiting?.resolve(result);
    });
    worker.addEventListener('error', () => this.close());
    return worker;
  }
}
