/** The pool's side of one worker: hands it batches, and notices when it hangs or dies. */
import type { BatchItem, BatchResult } from './decode-batch.ts';
import type { ImagePlan } from './decoder.ts';
import type { DecodeReply, DecodeRequest } from './entry-decoder.ts';

/** The worker was ended because it gave no sign of life, or has ended by itself; what it was decoding is not decoded. */
export class WorkerLost extends Error {
  readonly how: 'hung' | 'died' | 'never started';

  constructor(how: WorkerLost['how']) {
    super(`The worker that decodes pictures ${how}.`);
    this.name = 'WorkerLost';
    this.how = how;
  }
}

interface Waiting {
  resolve(result: BatchResult): void;
  reject(error: Error): void;
}

export class DecoderWorker {
  readonly #worker: Worker;
  readonly #patience: number;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasStarted = false;
  #isLost = false;

  /**
   * @param start makes the worker
   * @param patience milliseconds for which it may decode without a sign of life: at most one picture
   */
  constructor(start: () => Worker, patience: number) {
    this.#patience = patience;
    this.#worker = start();
    this.#worker.addEventListener('message', ({ data }: MessageEvent<DecodeReply>) => this.#hear(data));
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#end(new WorkerLost(this.#hasStarted ? 'died' : 'never started'));
    });
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Decodes pictures. Rejects with WorkerLost where the worker hangs or dies, and where it is closed. */
  decode(items: readonly BatchItem[], plan: ImagePlan): Promise<BatchResult> {
    if (this.#isLost) return Promise.reject(new WorkerLost('died'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (this.#waiting.size === 1) this.#watch();
      this.#worker.postMessage({ id, items, plan } satisfies DecodeRequest);
    });
  }

  close(): void {
    this.#end(new WorkerLost('died'));
  }

  #hear(reply: DecodeReply): void {
    if (this.#isLost) return;
    this.#hasStarted = true;
    if (reply.type === 'started' && reply.lock !== null)
      void navigator.locks.request(reply.lock, () => this.#end(new WorkerLost('died')));
    if (reply.type === 'decoded') {
      this.#waiting.get(reply.id)?.resolve(reply.result);
      this.#waiting.delete(reply.id);
    }
    this.#watch();
  }

  /** Waits for the next sign of life, while there is any work. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.size > 0)
      this.#timer = setTimeout(() => this.#end(new WorkerLost('hung')), this.#patience);
  }

  #end(reason: WorkerLost): void {
    if (this.#isLost) return;
    this.#isLost = true;
    clearTimeout(this.#timer);
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
