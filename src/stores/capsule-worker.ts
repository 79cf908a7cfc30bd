/** The page's side of the worker of capsules: one job, with progress, answered questions and a way to stop it. */
import type { CapsuleJob, CapsuleReply, Evidence, Outcomes, Witness } from './capsule-jobs.ts';

export interface JobFollowing {
  readonly onProgress: (done: number, total: number) => void;
  /** Ends the worker, and rejects with its reason. */
  readonly signal: AbortSignal;
  /** Asks weights of which nothing is kept. */
  readonly onWanted?: (witness: Witness) => Promise<Evidence>;
  /** Takes away what a job that was ended has left of a run. */
  readonly onLeft?: (id: string) => Promise<void>;
}

/** Rejects with what the worker says, in plain words. */
export function runJob<Kind extends CapsuleJob['kind']>(
  job: CapsuleJob & { kind: Kind },
  { onProgress, signal, onWanted, onLeft }: JobFollowing,
): Promise<Outcomes[Kind]> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./entry-capsule.ts', import.meta.url), { type: 'module' });
  let staged: string | undefined;
  return new Promise((resolve, reject) => {
    const end = () => {
      signal.removeEventListener('abort', stop);
      worker.terminate();
    };
    const fail = async (reason: Error) => {
      end();
      if (staged !== undefined) await onLeft?.(staged);
      reject(reason);
    };
    const stop = () => void fail(signal.reason instanceof Error ? signal.reason : new Error('Stopped.'));
    signal.addEventListener('abort', stop, { once: true });
    worker.addEventListener(
      'error',
      ({ message }) =>
        void fail(new Error(`The worker of capsules stopped${message ? `: ${message}` : '.'}`)),
    );
    const take = async (data: CapsuleReply) => {
      switch (data.type) {
        case 'progress':
          return onProgress(data.done, data.total);
        case 'staged':
          staged = data.id;
          return undefined;
        case 'wanted': {
          const none: Evidence = { reason: 'The run was not evaluated.' };
          const evidence = await onWanted?.(data.witness).catch((error: unknown): Evidence => ({
            reason: error instanceof Error ? error.message : String(error),
          }));
          return worker.postMessage(evidence ?? none);
        }
        case 'done':
          end();
          // What comes back is of the job that was asked for.
          return resolve(data.outcome as Outcomes[Kind]);
        case 'failed':
          return fail(new Error(data.message));
      }
    };
    worker.addEventListener('message', ({ data }: MessageEvent<CapsuleReply>) => void take(data));
    worker.postMessage(job);
  });
}
