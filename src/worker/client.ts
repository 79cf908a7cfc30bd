/** The page's side of the training worker: starts it, pairs answers with calls, hands on its news. */
import type { CallName, Calls, Reply, Request, WorkerEvent } from './protocol.ts';

export interface Trainer {
  /** Resolves with the worker's answer. Rejects with its refusal, or when the worker ends, in plain words. */
  call<Name extends CallName>(name: Name, input: Calls[Name]['input']): Promise<Calls[Name]['output']>;
  /** Ends the worker; pending calls are refused. */
  terminate(): void;
}

interface Pending {
  // Untyped: what the worker answers under an id is of the type that the call's name tells.
  resolve(output: Calls[CallName]['output']): void;
  reject(error: Error): void;
}

/**
 * Starts the training worker. Every call that is pending when it dies is refused; later calls are refused at once.
 * @param onDeath called once when it dies by itself, with what is known of it in plain words
 */
export function connectTrainer(
  onEvent: (event: WorkerEvent) => void,
  onDeath: (reason: string) => void = () => {},
): Trainer {
  const worker = new Worker(new URL('./entry.ts', import.meta.url), { type: 'module' });
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
  const die = (reason: string) => {
    if (ended !== undefined) return;
    end(reason);
    onDeath(reason);
  };
  /** The worker holds the lock as long as it lives: whoever gets it knows that it died, however silently. */
  const watch = (lock: string) => navigator.locks.request(lock, () => die('The training worker was killed.'));
  worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
    if (data.type === 'event') return onEvent(data.event);
    if (data.type === 'alive') return void watch(data.lock);
    const call = pending.get(data.id);
    pending.delete(data.id);
    if (data.type === 'answer') call?.resolve(data.output);
    else call?.reject(new Error(data.message));
  });
  worker.addEventListener('error', ({ message }) =>
    die(`The training worker ${message ? `stopped: ${message}` : 'stopped or could not be loaded'}.`),
  );
  worker.addEventListener('messageerror', () =>
    die('The training worker sent what this browser cannot read.'),
  );

  return {
    call<Name extends CallName>(name: Name, input: Calls[Name]['input']) {
      if (ended !== undefined) return Promise.reject(new Error(ended));
      const id = nextId++;
      return new Promise<Calls[Name]['output']>((resolve, reject) => {
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, name, input } satisfies Pick<Request<Name>, 'id' | 'name'> & {
          input: unknown;
        });
      });
    },
    terminate: () => end('The training worker was ended.'),
  };
}
