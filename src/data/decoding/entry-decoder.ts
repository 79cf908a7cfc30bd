/** A worker of the pool: decodes batches of pictures, one after the other. */
import { type BatchItem, type BatchResult, decodeBatch } from './decode-batch.ts';
import type { ImagePlan } from './decoder.ts';

export interface DecodeRequest {
  readonly id: number;
  readonly items: readonly BatchItem[];
  readonly plan: ImagePlan;
}

export type DecodeReply =
  /** The first: a lock that is free again once the worker is dead, which makes no sound otherwise; null where there are none. */
  | { readonly type: 'started'; readonly lock: string | null }
  /** Pictures were decoded, though not yet a whole batch. */
  | { readonly type: 'alive' }
  | { readonly type: 'decoded'; readonly id: number; readonly result: BatchResult };

/** Milliseconds between signs of life. */
const between = 500;
let last = 0;

function showLife(): void {
  const now = performance.now();
  if (now - last < between) return;
  last = now;
  self.postMessage({ type: 'alive' } satisfies DecodeReply);
}

async function start(): Promise<void> {
  const say = (lock: string | null) => self.postMessage({ type: 'started', lock } satisfies DecodeReply);
  if (!('locks' in navigator)) return say(null); // an insecure context has none
  const lock = `trunkline-decoder-${crypto.randomUUID()}`;
  await navigator.locks.request(lock, () => {
    say(lock);
    return new Promise<never>(() => {});
  });
}

let work = Promise.resolve();

async function answer({ id, items, plan }: DecodeRequest): Promise<void> {
  const result = await decodeBatch(items, plan, showLife);
  self.postMessage({ type: 'decoded', id, result } satisfies DecodeReply, {
    transfer: [result.pixels.buffer],
  });
}

void start();
self.addEventListener('message', ({ data }: MessageEvent<DecodeRequest>) => {
  work = work.then(() => answer(data));
});
