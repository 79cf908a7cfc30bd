/** The page's side of the worker of imports: starts it, pairs answers with calls, hands on its progress. */
import type { ImportProgress } from './import-view.ts';
import type { ImportCallName, ImportCalls, ImportReply, ImportRequest } from './import-protocol.ts';

export interface ImportClient {
  /** Rejects with the worker's refusal in plain words, with {@link ImportCancelled}, or once the worker ends. */
  call<Name extends ImportCallName>(
    name: Name,
    input: ImportCalls[Name]['input'],
  ): Promise<ImportCalls[Name]['output']>;
  /** Ends the worker; pending calls are refused. What was written of an import can be gone on with. */
  terminate(): void;
}

/** What was going on was stopped by the reader: nobody needs to be told. */
export class ImportCancelled extends Error {}

interface Pending {
  resolve(output: ImportCalls[ImportCallName]['output']): void;
  reject(error: Error): void;
}

/**
 * Starts the worker.
 * @param storage name of the database of kept sets
 */
export function connectImport(
  onProgress: (progress: ImportProgress) => void,
  storage = 'trunkline-sets',
): ImportClient {
  const worker = new Worker(new URL('./entry-import.ts', import.meta.url), { type: 'module', name: storage });
  const pending = new Map<number, Pending>();
  let nextId = 0;
  let ended: string | undefined;
  const end = (reason: string) => {
    if (ended !== undefined) return;
    ended = reason;
    worker.terminate();
    for (const { reject } of pending.values()) reject(new Error(reason));
    pending.clear();
  };
  worker.addEventListener('message', ({ data }: MessageEvent<ImportReply>) => {
    if (data.type === 'progress') return onProgress(data.progress);
    if (data.type === 'alive')
      return void navigator.locks.request(data.lock, () => end('The worker of the import was killed.'));
    const call = pending.get(data.id);
    pending.delete(data.id);
    if (data.type === 'answer') call?.resolve(data.output);
    else call?.reject(data.isCancelled ? new ImportCancelled(data.message) : new Error(data.message));
  });
  worker.addEventListener('error', ({ message }) =>
    end(`The worker of the import ${message ? `stopped: ${message}` : 'stopped or could not be loaded'}.`),
  );
  return {
    call<Name extends ImportCallName>(name: Name, input: ImportCalls[Name]['input']) {
      if (ended !== undefined) return Promise.reject(new Error(ended));
      const id = nextId++;
      return new Promise<ImportCalls[Name]['output']>((resolve, reject) => {
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, name, input } satisfies Pick<ImportRequest<Name>, 'id' | 'name'> & {
          input: unknown;
        });
      });
    },
    terminate: () => end('The import was ended.'),
  };
}
