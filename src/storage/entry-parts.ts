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

export interface PartReply {
  readonly id: number;
  /** What went wrong, by name and in words; null where the part is written. */
  readonly error: { readonly name: string; readonly message: string } | null;
}

let opened: Promise<IDBPDatabase<Tables>> | undefined;

async function write({ database, key: [run, token, number], part }: PartRequest): Promise<void> {
  opened ??= openTables(database);
  const transaction = (await opened).transaction('parts', 'readwrite');
  await finished(transaction, [transaction.store.put(part, [run, token, number])]);
}

function reply(answer: PartReply): void {
  self.postMessage(answer);
}

self.addEventListener('message', ({ data }: MessageEvent<PartRequest>) => {
  const { id } = data;
  write(data).then(
    () => reply({ id, error: null }),
    (reason: unknown) => {
      const { name, message } = reason instanceof Error ? reason : new Error(String(reason));
      reply({ id, error: { name, message } });
    },
  );
});
