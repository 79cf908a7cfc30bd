/** The training worker: takes calls from the page, answers each once, and sends news. See protocol.ts. */
import { transferablesOf } from './transfer.ts';
import { TrainingService, type Handlers } from './entry-service.ts';
import type { CallName, Reply, Request } from './protocol.ts';

function post(reply: Reply): void {
  self.postMessage(reply, { transfer: transferablesOf(reply) });
}

const handlers: Handlers = new TrainingService((event) => post({ type: 'event', event }));

async function serve<Name extends CallName>({ id, name, input }: Request<Name>): Promise<void> {
  try {
    post({ type: 'answer', id, output: await handlers[name](input) });
  } catch (error) {
    post({ type: 'refusal', id, message: error instanceof Error ? error.message : String(error) });
  }
}

/** Holds a lock for as long as the worker lives: its death makes no sound otherwise. */
async function showLife(): Promise<void> {
  if (!('locks' in navigator)) return; // an insecure context has none
  const lock = `trunkline-worker-${crypto.randomUUID()}`;
  await navigator.locks.request(lock, () => {
    post({ type: 'alive', lock });
    return new Promise<never>(() => {});
  });
}

void showLife();
self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  void serve(data);
});
