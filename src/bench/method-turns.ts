/** Our engine under a multi-task method and under equal weights: two runs that take turns, in one process. */
import { equalWeights, type MethodChoice } from './methods.ts';
import { open, RunTrainee } from './contenders/trunkline.ts';
import { problemOf } from './problem.ts';
import type { MethodTurns, Request, Turn } from './protocol.ts';

/** A turn should take about so long, in milliseconds. */
const turnMilliseconds = 250;
const mostSteps = 500;

type Asked = Extract<Request, { kind: 'method' }>;

/** Keeps the run under equal weights, which every method of a network and number of tasks is measured against. */
export class MethodBench {
  #yardstick: { readonly of: string; readonly run: Competitor } | undefined;

  async measure(asked: Asked): Promise<MethodTurns> {
    const equal = await this.#equal(asked);
    const method = await Competitor.start(asked, asked.method);
    try {
      for (let round = 0; round < asked.rounds; round++) {
        // Whoever always came second would have all the drift of the machine.
        const order = round % 2 === 0 ? [equal, method] : [method, equal];
        for (const each of order) await each.takeTurn();
      }
      return {
        equal: equal.turns.splice(0),
        method: method.turns,
        lastLoss: method.lastLoss,
        equalEngine: equal.details(),
        engine: method.details(),
      };
    } finally {
      await method.dispose();
    }
  }

  async #equal(asked: Asked): Promise<Competitor> {
    const of = `${asked.network}, ${asked.tasks}`;
    if (this.#yardstick?.of !== of) {
      await this.#yardstick?.run.dispose();
      this.#yardstick = undefined;
      this.#yardstick = { of, run: await Competitor.start(asked, equalWeights) };
    }
    return this.#yardstick.run;
  }
}

/** A run that has taken its first steps, which compile. */
class Competitor {
  readonly #trainee: RunTrainee;
  readonly turns: Turn[] = [];
  lastLoss = Number.NaN;
  #stepMilliseconds = Number.NaN;

  private constructor(trainee: RunTrainee) {
    this.#trainee = trainee;
  }

  static async start({ network, tasks, tuneSeconds }: Asked, strategy: MethodChoice): Promise<Competitor> {
    await open();
    const problem = problemOf(network, tasks);
    const experiment = { ...problem.experiment, strategy: { ...strategy, settings: {} } };
    const trainee = new RunTrainee({ ...problem, experiment });
    await trainee.train(1);
    if (tuneSeconds > 0) await trainee.tuneAtOnce(tuneSeconds);
    const competitor = new Competitor(trainee);
    await competitor.#train(2);
    return competitor;
  }

  async takeTurn(): Promise<void> {
    const wanted = Math.round(turnMilliseconds / this.#stepMilliseconds);
    this.turns.push(await this.#train(Math.max(1, Math.min(mostSteps, wanted))));
  }

  details() {
    return this.#trainee.details();
  }

  dispose(): Promise<void> {
    return this.#trainee.dispose();
  }

  async #train(wanted: number): Promise<Turn> {
    const start = performance.now();
    const { steps, lastLoss } = await this.#trainee.train(wanted);
    const milliseconds = (performance.now() - start) / steps;
    this.lastLoss = lastLoss;
    this.#stepMilliseconds = milliseconds;
    return { steps, milliseconds };
  }
}
