/**
 * A few steps beside the run: the same network on the same data, on weights of its own, of which nothing stays. A run that is
 * paused meanwhile, and all that it holds, is left alone.
 */
import { metricColumns } from '#experiment/metric-columns.ts';
import { Assembly, type AssemblyOptions } from './assembly.ts';
import { BreakdownError } from './breakdown.ts';
import { causeOf } from './device.ts';
import { Reports } from './reports.ts';
import { prepareStep } from './tuning/tuned-step.ts';
import type { Tuner } from './tuning/tuner.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';

export interface RehearsalOptions
  extends
    Omit<AssemblyOptions, 'tensors' | 'step' | 'checkpoint'>,
    Partial<Pick<AssemblyOptions, 'checkpoint'>> {
  /** Knows which variants of the kernels are the fastest; none is tried here. */
  readonly tuner?: Tuner | undefined;
}

const shortage = 'The adapter has no memory left for this beside the run that it holds: reset the run first.';

/** Does some work. Rejects in plain words where the device had no memory for it; the run does not hear of that. */
async function withinMemory<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const device = webgpuBackend()?.device;
  device?.pushErrorScope('out-of-memory');
  const [outcome] = await Promise.allSettled([(async () => work())()]);
  const complaint = await device?.popErrorScope().catch(() => null); // lost meanwhile, which is told elsewhere
  if (complaint) throw new Error(shortage);
  if (outcome.status === 'fulfilled') return outcome.value;
  throw causeOf(outcome.reason) === 'memory' ? new Error(shortage) : outcome.reason;
}

export class Rehearsal {
  readonly #assembly: Assembly;
  readonly #options: RehearsalOptions;
  readonly #reports: Reports;
  readonly #began = performance.now();
  #rows: Float32Array[] = [];

  private constructor(options: RehearsalOptions) {
    this.#options = options;
    this.#assembly = new Assembly({ checkpoint: undefined, ...options, tensors: undefined, step: 0 });
    const seconds = () => (performance.now() - this.#began) / 1000;
    this.#reports = new Reports(options.experiment.tasks.length, seconds, {
      onRows: (rows) => this.#rows.push(rows),
      onGramians: () => {},
    });
  }

  /**
   * Builds the network, and compiles its step.
   * Rejects with ExperimentError where it does not fit the data or the device, else in plain words.
   */
  static open(options: RehearsalOptions): Promise<Rehearsal> {
    return withinMemory(async () => {
      const rehearsal = new Rehearsal(options);
      try {
        await prepareStep(rehearsal.#assembly.trainer, options.tuner);
        return rehearsal;
      } catch (error) {
        rehearsal.dispose();
        throw error;
      }
    });
  }

  /** Numbers of a row that {@link advance} gives. */
  get columns(): readonly string[] {
    return metricColumns(this.#options.experiment.tasks.map(({ id }) => id));
  }

  /** Whether a loss or the gradient is no number any more: there is nothing to go on with. */
  get isBroken(): boolean {
    return this.#reports.breakdown !== undefined;
  }

  /**
   * Trains as many steps as last about 30 ms, and waits for them.
   * @param most steps
   * @returns their rows, [n, columns]; the last may be of the step in which the numbers broke down
   */
  async advance(most: number): Promise<Float32Array> {
    if (this.#reports.breakdown) throw new BreakdownError(this.#reports.breakdown);
    const { trainer } = this.#assembly;
    const wanted = Math.max(1, Math.min(most, this.#reports.pace.steps, trainer.most));
    let count = trainer.ready(wanted);
    while (count === 0) {
      await trainer.moreImages();
      count = trainer.ready(wanted);
    }
    await withinMemory(async () => {
      await this.#reports.push(trainer.submit(count));
      await this.#reports.flush();
    });
    const rows = this.#rows.flatMap((part) => [...part]);
    this.#rows = [];
    return Float32Array.from(rows);
  }

  /** Frees all that it holds. */
  dispose(): void {
    this.#assembly.dispose();
  }
}
