/** The bench's worker in Chromium: one contender. */
import type { Request } from './protocol.ts';
import { createServer } from './serve.ts';

const answer = createServer();
globalThis.addEventListener('message', (event: MessageEvent<Request>) => {
  void answer(event.data).then((reply) => globalThis.postMessage(reply));
});
