/** The answers that are being given, each with its progress and a way to stop it. */
import { infoFor, isSameData } from '#data/resolve.ts';
import { answersOf, type Asked } from '#engine/answers.ts';
import type { ResidentDataset } from '#engine/resident.ts';
import type { MemoryLimits } from '#experiment/memory.ts';
import { parseExperiment } from '#experiment/parse.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { AnswersInput, Calls, WorkerEvent } from './protocol.ts';

/** What the worker has to answer with. */
interface Means {
  readonly limits: MemoryLimits;
  /** The data set that is loaded, on the device. Rejects where there is none. */
  readonly resident: () => Promise<ResidentDataset>;
  /** What was loaded. */
  readonly data: Experiment['data'] | undefined;
}

export class Answering {
  readonly #send: (event: WorkerEvent) => void;
  readonly #going = new Map<AbortController, { ticket: number | undefined; answer: Promise<unknown> }>();

  constructor(send: (event: WorkerEvent) => void) {
    this.#send = send;
  }

  /** Rejects with what does not fit, in words. */
  async answer(
    { experiment: document, tensors, normalisation, on, ticket }: AnswersInput,
    { limits, resident, data }: Means,
  ): Promise<Calls['answers']['output']> {
    const experiment = parseExperiment(document);
    const info = infoFor(experiment.data);
    if ('split' in on) requireLoaded(experiment, data);
    const asked: Asked = 'split' in on ? { split: on.split, resident: await resident() } : on;
    const ending = new AbortController();
    const onProgress = (done: number, total: number) => {
      if (ticket !== undefined) this.#send({ type: 'answers-progress', ticket, done, total });
    };
    const following = { onProgress, signal: ending.signal };
    const answer = answersOf({ experiment, info, limits, tensors, normalisation, on: asked }, following);
    this.#going.set(ending, { ticket, answer });
    try {
      return await answer;
    } finally {
      this.#going.delete(ending);
    }
  }

  cancel(ticket: number): void {
    for (const [ending, going] of this.#going)
      if (going.ticket === ticket) ending.abort(new Error('Answering was cancelled.'));
  }

  /** Stops all of them, and waits until they hold nothing any more. */
  async end(reason: string): Promise<void> {
    for (const ending of this.#going.keys()) ending.abort(new Error(reason));
    await Promise.allSettled(Array.from(this.#going.values(), ({ answer }) => answer));
  }
}

/** Throws where the data set that is loaded is not what the experiment refers to; it may be drawn from another seed. */
function requireLoaded({ data }: Experiment, loaded: Experiment['data'] | undefined): void {
  if (!loaded) throw new Error('No data set is loaded yet.');
  if (!isSameData(data, loaded))
    throw new Error(`These weights are for ${wordsOf(data)}; loaded is ${wordsOf(loaded)}.`);
}

function wordsOf(data: Experiment['data']): string {
  const settings = Object.entries(data.settings).map(([name, value]) => `${name} ${value}`);
  return settings.length > 0 ? `${data.source} (${settings.join(', ')})` : data.source;
}
