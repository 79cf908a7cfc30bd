/** Checkpoints of a run: which of them may be gone back to, and what of one a changed network can start from. */
import type { ParameterSpec } from '#experiment/layers/layer.ts';
import type { NetworkPlan } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import { survivors } from '#experiment/survivors.ts';
import type { Optimiser } from '#experiment/training.ts';
import { sizeOf } from '#lib/shape.ts';
import { stateNames } from './kernels/optimiser-update.ts';
import { drawParameter } from './parameters.ts';
import type { Checkpoint, NamedTensor, Normalisation, RunEvent } from './types.ts';

/** Seconds of training from one checkpoint to the next: with the time to read it back and to write it, never ten are lost. */
const interval = 4;

/**
 * Takes checkpoints, and keeps the latest that are known to be sound: before any breakdown, all numbers finite, and losses
 * that had not exploded.
 */
export class CheckpointKeeper {
  readonly #onEvent: (event: RunEvent) => void;
  /** The one before and the last. */
  #sound: readonly Checkpoint[] = [];
  /** Read back, but the reports of its steps are still on their way. */
  #candidate: Checkpoint | undefined;
  #reading: Promise<void> = Promise.resolve();
  #isReading = false;
  #takenAt = 0;
  /** Reports of all steps up to this one have come back, and nothing was wrong. */
  #confirmed: number;
  /** Whether the losses of the last of them were of an order to go on from. */
  #areCalm = true;
  /** The one that the run last went back to. */
  #restored: Checkpoint | undefined;

  /** @param onEvent gets copies, which are its own */
  constructor(first: Checkpoint, onEvent: (event: RunEvent) => void) {
    this.#onEvent = onEvent;
    this.#confirmed = first.step;
    this.#takenAt = first.seconds;
    this.#accept(first);
  }

  /** Whether a checkpoint should be taken after so many seconds of training. */
  isDue(seconds: number): boolean {
    return !this.#isReading && seconds - this.#takenAt >= interval;
  }

  /** Takes one, which may still be on its way from the device. */
  take(seconds: number, reading: Promise<Checkpoint>): void {
    this.#takenAt = seconds;
    this.#isReading = true;
    const read = reading.then(
      (checkpoint) => {
        this.#candidate = checkpoint;
        this.#settle();
      },
      () => {}, // the device is lost, which is told elsewhere: the last one stays
    );
    this.#reading = Promise.all([this.#reading, read]).then(() => {
      this.#isReading = false;
    });
  }

  /**
   * The reports of all steps up to this one have come back, and nothing was wrong.
   * @param areCalm whether the losses are of an order to go on from
   */
  confirm(step: number, areCalm: boolean): void {
    this.#confirmed = Math.max(this.#confirmed, step);
    this.#areCalm = areCalm;
    this.#settle();
  }

  /** Waits until those on their way have come. */
  settled(): Promise<void> {
    return this.#reading;
  }

  /**
   * What to go back to after a breakdown: the last sound one, or, where the run has been there already since and broke
   * down again, the one before.
   */
  async retreat(): Promise<Checkpoint> {
    await this.#reading;
    this.#candidate = undefined;
    const [first, last = first] = this.#sound;
    if (!first || !last) throw new Error('CheckpointKeeper: there is no checkpoint');
    const target = last === this.#restored ? first : last;
    this.#restored = target;
    this.#confirmed = target.step;
    this.#sound = target === first ? [] : [first];
    this.#areCalm = true;
    this.#accept(target);
    return target;
  }

  #settle(): void {
    const candidate = this.#candidate;
    if (!candidate || candidate.step > this.#confirmed) return;
    this.#candidate = undefined;
    if (isFinite(candidate)) this.#accept(candidate);
  }

  #accept(checkpoint: Checkpoint): void {
    if (this.#areCalm) this.#sound = [...this.#sound.slice(-1), checkpoint];
    this.#onEvent({ type: 'checkpoint', checkpoint: structuredClone(checkpoint) });
  }
}

/** Whether all weights and all optimiser state are numbers. */
function isFinite({ tensors, optimiser }: Checkpoint): boolean {
  return [...tensors, ...optimiser].every(({ values }) => {
    let sum = 0;
    for (const value of values) sum += value - value; // NaN as soon as one is not finite
    return sum === 0;
  });
}

/** All tensors that a network needs: given ones where name and shape are the same, drawn ones for the rest. */
function completed(
  specs: readonly ParameterSpec[],
  seed: number,
  tensors: readonly NamedTensor[],
): NamedTensor[] {
  const kept = new Set(survivors(tensors, specs).kept);
  const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return specs.map((spec) => {
    const tensor = kept.has(spec.name) ? given.get(spec.name) : undefined;
    return tensor ?? { name: spec.name, shape: spec.shape, values: drawParameter(spec, seed) };
  });
}

/** Where a run starts from. */
export interface Origin {
  readonly plan: NetworkPlan;
  readonly experiment: Pick<Experiment, 'seed' | 'training'>;
  readonly normalisation: Normalisation;
  /** Weights to start from instead of drawn ones. */
  readonly tensors: readonly NamedTensor[] | undefined;
  /** Steps that these weights were trained for. */
  readonly step: number;
  /** To go on from instead of all that: what the network shares with it is kept. */
  readonly checkpoint: Checkpoint | undefined;
}

/** The state before the first step. The best weights of before are only kept where the network is the same. */
export function startingPoint(origin: Origin): Checkpoint {
  const { plan, experiment, normalisation, tensors, step, checkpoint } = origin;
  const specs = plan.parameters;
  const optimiser = optimiserState(specs, experiment.training.optimiser, checkpoint?.optimiser ?? []);
  const start = tensors ?? completed(specs, experiment.seed, checkpoint?.tensors ?? []);
  if (!checkpoint) return { ...untrained, step, tensors: start, optimiser: optimiser.tensors, normalisation };
  const isSame = survivors(checkpoint.tensors, specs).fresh.length === 0;
  return {
    ...untrained,
    ...(isSame ? checkpoint : {}),
    step: checkpoint.step,
    seconds: checkpoint.seconds,
    updates: optimiser.isKept ? checkpoint.updates : 0,
    tensors: start,
    optimiser: optimiser.tensors,
    normalisation,
  };
}

const untrained = {
  updates: 0,
  seconds: 0,
  strategy: [],
  best: [],
  stopping: { lowest: Infinity, since: 0 },
  validatedAt: -1,
} as const;

/** State for all parameters that train: a checkpoint's where name and shape are the same, else zeros. */
function optimiserState(
  specs: readonly ParameterSpec[],
  optimiser: Optimiser,
  tensors: readonly NamedTensor[],
): { tensors: NamedTensor[]; isKept: boolean } {
  const wanted = specs
    .filter(({ trainable }) => trainable)
    .flatMap(({ name, shape }) =>
      stateNames(optimiser).map((state) => ({ name: `${name}.${state}`, shape })),
    );
  const kept = new Set(survivors(tensors, wanted).kept);
  const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return {
    isKept: kept.size > 0,
    tensors: wanted.map(({ name, shape }) => {
      const tensor = kept.has(name) ? given.get(name) : undefined;
      return tensor ?? { name, shape, values: new Float32Array(sizeOf(shape)) };
    }),
  };
}
