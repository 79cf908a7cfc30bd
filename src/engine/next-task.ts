/** Lets the event loop go round once: messages get in between two steps. */

/** Resolves in a later task, without the milliseconds that a nested `setTimeout` waits. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
