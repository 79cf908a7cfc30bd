/** Work on several things at a time whose results come one by one and in order. */

export interface InOrder<Task, Result> {
  readonly tasks: Iterable<Task>;
  /** Tasks whose results have not been taken, at most: those at work, and those that wait for an earlier one. */
  readonly ahead: number;
  readonly signal: AbortSignal;
  readonly work: (task: Task) => Promise<Result>;
  readonly take: (result: Result) => Promise<void>;
}

/** Rejects with the first error of `work` or `take`, or with the signal's reason, at once; work that goes on then is not waited for. */
export async function inOrder<Task, Result>(options: InOrder<Task, Result>): Promise<void> {
  const { tasks, ahead, signal, work, take } = options;
  signal.throwIfAborted();
  let stop: ((reason: unknown) => void) | undefined;
  const stopped = new Promise<never>((_, reject) => (stop = reject));
  const onAbort = () => stop?.(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    await Promise.race([stopped, run(tasks, ahead, signal, work, take)]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    stopped.catch(() => {});
  }
}

async function run<Task, Result>(
  tasks: Iterable<Task>,
  ahead: number,
  signal: AbortSignal,
  work: (task: Task) => Promise<Result>,
  take: (result: Result) => Promise<void>,
): Promise<void> {
  const queue: Promise<Result>[] = [];
  const rest = tasks[Symbol.iterator]();
  const begin = () => {
    const next = rest.next();
    if (next.done) return;
    const result = work(next.value);
    result.catch(() => {}); // heard of when it is its turn
    queue.push(result);
  };
  for (let i = 0; i < ahead; i++) begin();
  for (let first = queue.shift(); first; first = queue.shift()) {
    const result = await first;
    if (signal.aborted) return;
    await take(result);
    if (signal.aborted) return;
    begin();
  }
}
