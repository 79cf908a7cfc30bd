/** What a run owes beside its steps: validations, and the test of its best weights at the end. */
import type { Training } from '#experiment/training.ts';
import type { Assembly } from './assembly.ts';
import type { Clock } from './clock.ts';
import type { Evaluations } from './evaluations.ts';
import type { Reports } from './reports.ts';

/** The run, as it is at any moment. */
interface Debtor {
  readonly evaluations: Evaluations;
  readonly clock: Clock;
  readonly assembly: () => Assembly;
  readonly reports: () => Reports;
  readonly training: () => Training;
  /** Takes a checkpoint. */
  readonly keep: () => void;
}

export class Duties {
  /** What was begun and is not through: what comes first where images could not be read, and then can. */
  owed: 'validation' | 'end' | undefined;
  readonly #run: Debtor;

  constructor(run: Debtor) {
    this.#run = run;
  }

  /** Validates the weights of now and keeps them if they are the best. Returns why to stop early, if that is so. */
  async validate(): Promise<string | undefined> {
    const { evaluations, clock, assembly, reports, training, keep } = this.#run;
    await reports().flush();
    reports().throwIfBroken();
    if (!assembly().network.has('validation')) return undefined;
    clock.stop();
    this.owed = 'validation';
    const reason = await evaluations.validate(training().earlyStopping);
    this.owed = undefined;
    keep();
    clock.start();
    return reason;
  }

  /** The last validation, and the test with the weights that were best by the mean. */
  async finish(): Promise<void> {
    const { evaluations, clock, assembly } = this.#run;
    const { network, trainer } = assembly();
    if (evaluations.state.validatedAt !== trainer.step) await this.validate();
    clock.stop();
    this.owed = 'end';
    if (network.has('test')) await evaluations.evaluate('test', 'best');
    this.owed = undefined;
  }
}
