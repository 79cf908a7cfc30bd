/** Much work on the host beside a training that must not wait for it. */
import { nextTask } from './next-task.ts';

/** Milliseconds of work at a stretch. */
const stretch = 8;

/** As `Array.map`, with pauses in which others get their turn. */
export async function mapUnhurried<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  let since = performance.now();
  for (const [index, item] of items.entries()) {
    results.push(work(item, index));
    if (performance.now() - since < stretch) continue;
    await nextTask();
    since = performance.now();
  }
  return results;
}
