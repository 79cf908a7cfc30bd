/** The worker of imports: takes calls from the page, answers each once, and tells how far it is. See import-protocol.ts. */
import './no-eval.ts';
import { ImportService, Stopped, type ImportHandlers } from './import-service.ts';
import type { ImportCallName, ImportReply, ImportRequest } from './import-protocol.ts';

function post(reply: ImportReply): void {
  const pixels =
    reply.type === 'answer' &&
    reply.output !== null &&
    typeof reply.output === 'object' &&
    'pixels' in reply.output;
  const transfer = pixels && 'pixels' in reply.output ? [reply.output.pixels.buffer] : [];
  self.postMessage(reply, { transfer });
}

const handlers: ImportHandlers = new ImportService(self.name || 'trunkline-sets', (progress) =>
  post({ type: 'progress', progress }),
);

async function serve<Name extends ImportCallName>({ id, name, input }: ImportRequest<Name>): Promise<void> {
  try {
    post({ type: 'answer', id, output: await handlers[name](input) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    post({ type: 'refusal', id, message, isCancelled: error instanceof Stopped });
  }
}

/** Holds a lock for as long as the worker lives: its death makes no sound otherwise. */
async function showLife(): Promise<void> {
  if (!('locks' in navigator)) return; // an insecure context has none
  const lock = `trunkline-import-${crypto.randomUUID()}`;
  await navigator.locks.request(lock, () => {
    post({ type: 'alive', lock });
    return new Promise<never>(() => {});
  });
}

void showLife();
self.addEventListener('message', ({ data }: MessageEvent<ImportRequest>) => {
  void serve(data);
});
