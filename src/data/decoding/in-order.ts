/** Work on several things at a time whose results come one by one and in order. */

export interface InOrder<Task, Result> {
  readonly tasks: Iterable<Task>;
  /** Tasks whose results have not been taken, at most: those at work, and those that wait for an earlier one. */
  readonly ahead: number;
  readonly signal: AbortSignal;
  readonly work: (task: Task) => Promise<Result>;
  /** Takes what is ready, as it comes: one result, or up to `together` that follow each other. */
  readonly take: (results: readonly Result[]) => Promise<void>;
  readonly together: number;
}

/** Rejects with the first error of `work` or `take`, or with the signal's reason, at once; work that goes on then is not waited for. */
export async function inOrder<Task, Result>(options: InOrder<Task, Result>): Promise<void> {
  const { signal } = options;
  signal.throwIfAborted();
  let stop: ((reason: unknown) => void) | undefined;
  const stopped = new Promise<never>((_, reject) => (stop = reject));
  const onAbort = () => stop?.(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    await Promise.race([stopped, run(options)]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    stopped.catch(() => {});
  }
}

async function run<Task, Result>(options: InOrder<Task, Result>): Promise<void> {
  const { tasks, ahead, signal, work, take, together } = options;
  const queue: { result: Promise<Result>; isReady: boolean }[] = [];
  const rest = tasks[Symbol.iterator]();
  const begin = () => {
    const next = rest.next();
    if (next.done) return;
    const entry = { result: work(next.value), isReady: false };
    const ready = () => {
      entry.isReady = true;
    };
    entry.result.then(ready, ready); // an error is heard of when it is its turn
    queue.push(entry);
  };
  for (let i = 0; i < ahead; i++) begin();
  for (let first = queue.shift(); first; first = queue.shift()) {
    const results = [await first.result];
    while (queue[0]?.isReady && results.length < together) {
      const next = queue.shift();
      if (next) results.push(await next.result);
    }
    if (signal.aborted) return;
    await take(results);
    if (signal.aborted) return;
    for (const _ of results) begin();
  }
}
