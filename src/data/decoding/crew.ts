/** The workers of one call of the pool. A picture that hangs its worker, or breaks it, is found out and fails alone. */
import type { BatchItem, BatchResult } from './decode-batch.ts';
import type { ImagePlan } from './decoder.ts';
import { type DecoderWorker, WorkerLost } from './decoder-worker.ts';

/** Batches that a worker has at a time: it need not wait for the next one. */
const each = 2;

interface Member {
  worker: DecoderWorker | null;
  batches: number;
}

const reasons: Readonly<Record<WorkerLost['how'], string>> = {
  hung: 'takes too long to decode, and was given up',
  died: 'broke its decoder, as pictures do that need too much memory',
  'never started': '',
};

export class Crew {
  readonly #hire: () => DecoderWorker;
  readonly #members: readonly Member[];
  readonly #waiting: (() => void)[] = [];
  /** Those that decode pictures one by one. */
  readonly #solo = new Set<DecoderWorker>();
  #isClosed = false;

  /** @param hire starts a worker */
  constructor(size: number, hire: () => DecoderWorker) {
    this.#hire = hire;
    this.#members = Array.from({ length: size }, () => ({ worker: null, batches: 0 }));
  }

  /** Decodes a batch once a worker has room for it. Rejects where workers cannot be started. */
  async decode(read: () => Promise<readonly BatchItem[]>, plan: ImagePlan): Promise<BatchResult> {
    const member = await this.#room();
    let items: readonly BatchItem[] = [];
    try {
      items = await read();
      if (!member.worker || member.worker.isLost) member.worker = this.#new();
      return await member.worker.decode(items, plan);
    } catch (error) {
      if (!(error instanceof WorkerLost) || this.#isClosed || error.how === 'never started') throw error;
    } finally {
      member.batches -= 1;
      this.#waiting.shift()?.();
    }
    return this.#oneByOne(items, plan);
  }

  close(): void {
    this.#isClosed = true;
    for (const { worker } of this.#members) worker?.close();
    for (const worker of this.#solo) worker.close();
  }

  #new(): DecoderWorker {
    if (this.#isClosed) throw new WorkerLost('died');
    return this.#hire();
  }

  /** The member with the least to do, once it may have one more batch. */
  async #room(): Promise<Member> {
    for (;;) {
      const [member] = this.#members.toSorted((a, b) => a.batches - b.batches);
      if (member && member.batches < each) {
        member.batches += 1;
        return member;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Decodes pictures of which one was too much for a worker. */
  async #oneByOne(items: readonly BatchItem[], plan: ImagePlan): Promise<BatchResult> {
    const parts: Uint8Array[] = [];
    const digests: string[] = [];
    const failed: { index: number; reason: string }[] = [];
    let worker: DecoderWorker | undefined;
    try {
      for (const [index, item] of items.entries()) {
        if (!worker || worker.isLost) this.#solo.add((worker = this.#new()));
        try {
          const result = await worker.decode([item], plan);
          parts.push(result.pixels);
          digests.push(...result.digests);
          failed.push(...result.failed.map(({ reason }) => ({ index, reason })));
        } catch (error) {
          this.#solo.delete(worker);
          if (!(error instanceof WorkerLost) || this.#isClosed || error.how === 'never started') throw error;
          failed.push({ index, reason: reasons[error.how] });
        }
      }
    } finally {
      worker?.close();
      if (worker) this.#solo.delete(worker);
    }
    const pixels = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      pixels.set(part, at);
      at += part.length;
    }
    return { pixels, digests, failed };
  }
}
