/** Asks the worker what given weights say, with progress and a way to stop. The run of the page is none the wiser. */
import type { AnswersInput } from '#worker/protocol.ts';
import { callTrainer, onTrainerEvent } from './trainer.ts';

/** Whose answers, and on what. */
export type Question = Omit<AnswersInput, 'ticket'>;

/** Raw outputs by task id: [images, outputs of the task]. */
export type Answers = Readonly<Record<string, Float32Array>>;

interface Following {
  /** Images done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops the worker, and rejects with its reason. */
  readonly signal?: AbortSignal;
}

const listeners = new Map<number, NonNullable<Following['onProgress']>>();
let tickets = 0;

/** Rejects in plain words where weights, images or data do not fit. */
export async function askAnswers(
  question: Question,
  { onProgress, signal }: Following = {},
): Promise<Answers> {
  signal?.throwIfAborted();
  const ticket = ++tickets;
  // Where the worker is gone, so is the work.
  const stop = () => void callTrainer('cancelAnswers', { ticket }).catch(() => {});
  if (onProgress) listeners.set(ticket, onProgress);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await callTrainer('answers', { ...question, ticket });
  } catch (error) {
    signal?.throwIfAborted(); // its own reason rather than the worker's
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    listeners.delete(ticket);
  }
}

onTrainerEvent((event) => {
  if (event.type === 'answers-progress') listeners.get(event.ticket)?.(event.done, event.total);
});
