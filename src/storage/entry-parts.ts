/** Writes parts of checkpoints in a worker of its own: to hand large numbers to the database takes time, which the page has not. */
import type { IDBPDatabase } from 'idb';
import { finished, openTables, type Tables } from './tables.ts';

export interface PartRequest {
  readonly id: number;
  /** Its name. */
  readonly database: string;
  readonly key: readonly [string, string, number];
  readonly part: Float32Array<ArrayBuffer>;
}

export type PartReply =
  /** The first: a lock that is free again once the worker is dead. */
  | { readonly type: 'alive'; readonly lock: string }
  | {
      readonly type: 'answer';
      readonly id: number;
      /** What went wrong, by name and in words; null where the part is written. */
      readonly error: { readonly name: string; readonly message: string } | null;
    };

let opened: Promise<IDBPDatabase<Tables>> | undefined;

async function write({ database, key: [run, token, number], part }: PartRequest): Promise<void> {
  opened ??= openTables(database);
  const transaction = (await opened).transaction('parts', 'readwrite');
  await finished(transaction, [transaction.store.put(part, [run, token, number])]);
}

function reply(answer: PartReply): void {
  self.postMessage(answer);
}

/** Holds a lock for as long as the worker lives: its death makes no sound otherwise. */
async function showLife(): Promise<void> {
  if (!('locks' in navigator)) return; // an insecure context has none
  const lock = `trunkline-parts-${crypto.randomUUID()}`;
  await navigator.locks.request(lock, () => {
    reply({ type: 'alive', lock });
    return new Promise<never>(() => {});
  });
}

void showLife();
self.addEventListener('message', ({ data }: MessageEvent<PartRequest>) => {
  const { id } = data;
  write(data).then(
    () => reply({ type: 'answer', id, error: null }),
    (reason: unknown) => {
      const { name, message } = reason instanceof Error ? reason : new Error(String(reason));
      reply({ type: 'answer', id, error: { name, message } });
    },
  );
});
