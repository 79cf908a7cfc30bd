/** The page's one connection to the training worker. */
import { connectTrainer, type Trainer } from '#worker/client.ts';
import type { CallName, Calls, WorkerEvent } from '#worker/protocol.ts';

let trainer: Trainer | undefined;
const listeners = new Set<(event: WorkerEvent) => void>();
const deathListeners = new Set<(reason: string) => void>();

function connection(): Trainer {
  trainer ??= connectTrainer(
    (event) => {
      for (const listener of listeners) listener(event);
    },
    (reason) => {
      trainer = undefined;
      for (const listener of deathListeners) listener(reason);
    },
  );
  return trainer;
}

/** Asks the worker; starts it where it is not there. Rejects with a plain message. */
export function callTrainer<Name extends CallName>(
  name: Name,
  input: Calls[Name]['input'],
): Promise<Calls[Name]['output']> {
  return connection().call(name, input);
}

export function onTrainerEvent(listener: (event: WorkerEvent) => void): void {
  listeners.add(listener);
}

/** Tells when the worker died by itself, with what is known of it in plain words; the next call starts a new one. */
export function onTrainerDeath(listener: (reason: string) => void): void {
  deathListeners.add(listener);
}

/** Ends the worker; the next call starts a new one. */
export function restartTrainer(): void {
  trainer?.terminate();
  trainer = undefined;
}
