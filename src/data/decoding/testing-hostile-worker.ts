/** A decoder for tests: the real one, but certain files hang it, end it or break it, as pictures that a browser's decoder has a fault for do. */
import type { DecodeRequest } from './entry-decoder.ts';

const checked = new WeakSet<Event>();
const real = import('./entry-decoder.ts');

async function check({ items }: DecodeRequest): Promise<void> {
  for (const item of items) {
    if (!(item instanceof Blob) || item.size > 5) continue;
    const text = await item.text();
    if (text === 'HANG') for (;;);
    if (text === 'DIE') {
      self.close();
      await new Promise<never>(() => {});
    }
    if (text === 'THROW')
      setTimeout(() => {
        throw new Error('out of memory');
      });
    if (text === 'THROW') await new Promise<never>(() => {});
  }
}

self.addEventListener('message', (event: MessageEvent<DecodeRequest>) => {
  if (checked.has(event)) return;
  event.stopImmediatePropagation();
  void Promise.all([real, check(event.data)]).then(() => {
    const again = new MessageEvent('message', { data: event.data });
    checked.add(again);
    self.dispatchEvent(again);
  });
});
