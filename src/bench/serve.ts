/** The end that holds a contender: answers requests one after the other, in a worker or a process of its own. */
import type { Contender, Trainee } from './contender.ts';
import { contenders, type ContenderEntry, type ContenderId } from './contenders/index.ts';
import { countWebgpu, type Counters } from './counters.ts';
import type { MethodBench } from './method-turns.ts';
import { openPeak } from './peak.ts';
import { problemOf } from './problem.ts';
import type { Answer, FirstMetric, Peak, Prepared, Reply, Request, Round } from './protocol.ts';

/** Milliseconds: after a step that takes longer there is no second one before the rounds. */
const hopelessStep = 120_000;
/** And after more than this, no other. */
const longWarmUp = 45_000;

/** Returns what answers requests; it never rejects. WebGPU has to be in place. */
export function createServer(): (request: Request) => Promise<Reply> {
  const server = new Server();
  return async (request) => {
    try {
      return { answer: await server.answer(request) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
}

class Server {
  readonly #counters: Counters = countWebgpu();
  #trainee: Trainee | undefined;
  #measurePeak: (() => Promise<Peak>) | undefined;
  #methods: MethodBench | undefined;

  async answer(request: Request): Promise<Answer> {
    switch (request.kind) {
      case 'prepare':
        return this.#prepare(request);
      case 'round':
        return this.#round(request.steps);
      case 'first-metric':
        return this.#firstMetric(request);
      case 'method':
        this.#methods ??= new (await import('./method-turns.ts')).MethodBench();
        return this.#methods.measure(request);
      case 'peak':
        this.#measurePeak ??= await openPeak();
        return this.#measurePeak();
    }
  }

  async #prepare({
    contender,
    network,
    tuneSeconds,
  }: Extract<Request, { kind: 'prepare' }>): Promise<Prepared> {
    const problem = problemOf(network);
    const start = performance.now();
    const loaded = await load(contender);
    const { adapter, isSoftware } = await loaded.open();
    const trainee = await loaded.build(problem);
    const { firstLoss } = await trainee.train(1);
    const built = performance.now();
    const tuned = tuneSeconds > 0 ? await trainee.tune?.(tuneSeconds) : undefined;
    this.#trainee = trainee;
    return {
      adapter,
      isSoftware,
      firstLoss,
      startMilliseconds: built - start,
      stepMilliseconds: await warmUp(trainee, built - start),
      notes: tuned === undefined ? [] : [tuned],
    };
  }

  async #round(steps: number): Promise<Round> {
    if (!this.#trainee) throw new Error('A round needs a network to train.');
    this.#counters.reset();
    const start = performance.now();
    const trained = await this.#trainee.train(steps);
    const milliseconds = (performance.now() - start) / trained.steps;
    const { dispatches, uploadedBytes, peakBytes } = this.#counters.read();
    return {
      steps: trained.steps,
      milliseconds,
      lastLoss: trained.lastLoss,
      scriptMilliseconds: trained.scriptMilliseconds ?? null,
      dispatches: dispatches / trained.steps,
      uploadedBytes: uploadedBytes / trained.steps,
      peakBytes,
      ...(trained.engine ? { engine: trained.engine } : {}),
    };
  }

  async #firstMetric({
    contender,
    network,
  }: Extract<Request, { kind: 'first-metric' }>): Promise<FirstMetric> {
    const problem = problemOf(network);
    const loaded = await load(contender);
    await loaded.open();
    const start = performance.now();
    const trainee = await loaded.build(problem);
    await trainee.train(1);
    return { milliseconds: performance.now() - start };
  }
}

function load(id: ContenderId): Promise<Contender> {
  const entry: ContenderEntry = contenders[id];
  if (!entry.load) throw new Error(`${entry.name} does not run here.`);
  return entry.load();
}

/** Trains a few more steps, since not only the first one compiles. Returns the milliseconds of the last. */
async function warmUp(trainee: Trainee, firstStep: number): Promise<number> {
  let milliseconds = firstStep;
  const begin = performance.now();
  for (let i = 0; i < 3 && milliseconds < hopelessStep && performance.now() - begin < longWarmUp; i++) {
    const start = performance.now();
    await trainee.train(1);
    milliseconds = performance.now() - start;
  }
  return milliseconds;
}
