/**
 * The multi-task method of a run, as its step uses it: from the losses of all tasks to the gradients that the parameters
 * follow. Rules that weigh losses weigh trunk and heads alike. Rules that look at gradients combine those for the trunk
 * alone, while each head trains on its own task's loss: by the representation that the heads share, where one backward pass
 * of the trunk does for all tasks together (Sener & Koltun 2018), or by all parameters of the trunk, with one pass for each.
 */
import type { NetworkPlan } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import { startingWeights, strategyOf } from '#strategies/index.ts';
import { sizeOf } from '#lib/shape.ts';
import type { Strategy } from '#strategies/strategy.ts';
import { combine } from './kernels/combine.ts';
import { gramian } from './kernels/gramian.ts';
import type { Weights as TaskWeights } from './kernels/weigh.ts';
import { LiveTensor } from './live-tensor.ts';
import { partsOf, type Moment, type Parts, type Pass } from './network-pass.ts';
import type { Variables } from './parameters.ts';
import { jacobianMethod, type JacobianMethod } from './strategies/index.ts';
import { backward } from './tape.ts';
import * as tf from './tf.ts';
import { Weighting } from './weighting.ts';

export interface MethodOptions {
  readonly experiment: Experiment;
  readonly plan: NetworkPlan;
  readonly weights: Variables;
  readonly stepsPerEpoch: number;
  readonly batchSize: number;
}

export interface Combined {
  /** By the parameters that train, trunk first, then heads in task order. */
  readonly gradients: readonly tf.Tensor[];
  /** float32 [T] */
  readonly weights: tf.Tensor1D;
  /** float32 [T, T], from methods that look at gradients. */
  readonly gramian?: tf.Tensor2D;
}

export class Method {
  readonly strategy: Strategy;
  readonly #parts: Parts;
  readonly #seed: number;
  readonly #tasks: readonly string[];
  readonly #byParameters: boolean;
  /** Numbers of a task's gradient. */
  readonly #parameters: number;
  #chosen: Experiment['strategy'];
  /** Of a constant method; for the others 1, by which a loss is differentiated as it is. */
  readonly #constants: LiveTensor;
  readonly #weighting: Weighting | undefined;
  readonly #jacobian: JacobianMethod | undefined;
  /** What averages over the batches of a step. */
  readonly #mean: LiveTensor;

  /** Throws RangeError for an unknown method and ZodError for invalid settings. */
  constructor({ experiment, plan, weights, stepsPerEpoch, batchSize }: MethodOptions) {
    const { strategy: chosen, seed } = experiment;
    const tasks = experiment.tasks.map(({ id }) => id);
    this.strategy = strategyOf(chosen.kind);
    this.#parts = partsOf(plan, weights);
    this.#seed = seed;
    this.#tasks = tasks;
    this.#chosen = chosen;
    this.#byParameters = byParameters(chosen);
    this.#parameters = this.#byParameters
      ? this.#parts.trunk.reduce((sum, { size }) => sum + size, 0)
      : batchSize * sizeOf(plan.representation);
    this.#constants = new LiveTensor(Float32Array.from(startingWeights(chosen, tasks)));
    this.#mean = new LiveTensor(new Float32Array(this.batches).fill(1 / this.batches));
    if (this.strategy.needs === 'jacobian') {
      const parameters = this.#parameters;
      const settings = this.strategy.schema.parse(chosen.settings);
      this.#jacobian = jacobianMethod(chosen.kind, { tasks: tasks.length, parameters, settings });
    } else if (!this.strategy.constant)
      this.#weighting = new Weighting({ chosen, tasks, seed, stepsPerEpoch });
  }

  /** Batches that a step draws. */
  get batches(): number {
    return this.strategy.batches ?? 1;
  }

  /** Whether it looks at gradients, and so gives their Gramian. */
  get measures(): boolean {
    return this.strategy.needs !== 'losses';
  }

  /** Whether it wants to {@link observe}. */
  get observes(): boolean {
    return this.strategy.observe !== undefined;
  }

  /** Other settings of the same method, from the next step on. Throws ZodError where they are invalid. */
  adjust(chosen: Experiment['strategy']): void {
    this.#chosen = chosen;
    this.#constants.set(Float32Array.from(startingWeights(chosen, this.#tasks)));
    this.#weighting?.adjust(chosen.settings);
    this.#jacobian?.adjust(this.strategy.schema.parse(chosen.settings));
  }

  /** The gradients of a step, from {@link batches} batches on the tape. */
  combine(batches: readonly Pass[], moment: Moment): Combined {
    const [batch] = batches;
    if (!batch) throw new Error('Method: a step needs a batch');
    return this.measures ? this.#byGradients(batches, moment) : this.#byLosses(batch, moment);
  }

  /** Takes note of the losses of the same batch after the update: float32 [T]. */
  observe(losses: tf.Tensor1D, moment: Moment): void {
    this.#weighting?.observe({ losses, ...moment });
  }

  /** What it remembers, as it is at the call. */
  read(): Promise<Float32Array> {
    const memory = this.#weighting ?? this.#jacobian;
    return memory?.read() ?? Promise.resolve(new Float32Array());
  }

  /** Puts back what it remembered, or nothing; what does not fit is left out. */
  write(state: Float32Array | undefined): void {
    (this.#weighting ?? this.#jacobian)?.write(state ?? this.#initial());
  }

  dispose(): void {
    for (const each of [this.#constants, this.#mean, this.#weighting, this.#jacobian]) each?.dispose();
  }

  #initial(): Float32Array {
    const settings = this.strategy.schema.parse(this.#chosen.settings);
    return Float32Array.from(this.strategy.initialState(this.#tasks.length, this.#parameters, settings));
  }

  /** The losses, weighted, differentiated by everything at once. */
  #byLosses({ losses }: Pass, moment: Moment): Combined {
    const { trunk, heads } = this.#parts;
    const weights = this.#weighting?.weigh({ losses, ...moment }).weights ?? this.#constants.tensor;
    return { gradients: backward(losses, weights, [...trunk, ...heads.flat()]), weights };
  }

  #byGradients(batches: readonly Pass[], moment: Moment): Combined {
    const { trunk, heads } = this.#parts;
    const tasks = heads.length;
    const own = batches.map(({ losses, branches }) => {
      const found = backward(losses, this.#constants.tensor, [...branches, ...heads.flat()]);
      return { branches: found.slice(0, tasks), heads: found.slice(tasks) };
    });
    // The gradients of each task of each batch: lists of tensors, alike from task to task.
    const lists = batches.flatMap(({ shared }, b) =>
      (own[b]?.branches ?? []).map((gradient) =>
        this.#byParameters ? backward(shared, gradient, trunk) : [gradient],
      ),
    );
    const products = gramian(lists);
    const losses = tf.concat1d(batches.map((batch) => batch.losses));
    const { direction, weights, heads: factors } = this.#direction(lists, losses, products, moment);
    const [{ shared } = { shared: undefined }] = batches;
    const byTrunk =
      this.#byParameters || !shared || !direction[0] ? direction : backward(shared, direction[0], trunk);
    const byHeads = this.#headGradients(
      own.map((each) => each.heads),
      factors,
    );
    return {
      gradients: [...byTrunk, ...byHeads],
      weights: batches.length > 1 ? weights.as2D(batches.length, tasks).sum(0) : weights,
      gramian: batches.length > 1 ? products.slice([0, 0], [tasks, tasks]) : products,
    };
  }

  /** What becomes of the task gradients: a list like those of each. */
  #direction(
    lists: readonly (readonly tf.Tensor[])[],
    losses: tf.Tensor1D,
    products: tf.Tensor2D,
    moment: Moment,
  ): TaskWeights & { readonly direction: readonly tf.Tensor[] } {
    const [first = []] = lists;
    if (this.#weighting) {
      const chosen = this.#weighting.weigh({ losses, gramian: products, ...moment });
      const at = (place: number) => lists.flatMap((list) => list[place] ?? []);
      return { ...chosen, direction: first.map((_, place) => combine(at(place), chosen.weights)) };
    }
    if (!this.#jacobian) throw new Error('Method: there is no rule for gradients');
    const rows = lists.map((list) => tf.concat1d(list.map((tensor) => tensor.flatten())));
    const jacobian = tf.stack(rows).as2D(rows.length, -1);
    const { direction, ...chosen } = this.#jacobian.direction({
      jacobian,
      losses,
      seed: this.#seed,
      ...moment,
    });
    const pieces = tf.split(
      direction,
      first.map(({ size }) => size),
    );
    return { ...chosen, direction: first.map((tensor, k) => (pieces[k] ?? direction).reshape(tensor.shape)) };
  }

  /**
   * Each head's gradient: the mean over the batches, or as the rule says.
   * @param own gradients of all heads by batch
   * @param factors float32 [T] for each batch
   */
  #headGradients(own: readonly (readonly tf.Tensor[])[], factors: tf.Tensor1D | undefined): tf.Tensor[] {
    const owners = this.#parts.heads.flatMap((head, t) => head.map(() => t));
    return owners.map((t, place) => {
      const gradients = own.flatMap((each) => each[place] ?? []);
      if (!factors) return gradients.length > 1 ? combine(gradients, this.#mean.tensor) : only(gradients);
      const parts = gradients.map((g, b) => combine([g], factors, b * this.#tasks.length + t));
      return parts.length > 1 ? tf.addN(parts) : only(parts);
    });
  }
}

/** Whether a method is to look at the gradients by all shared parameters. */
export function byParameters(chosen: Experiment['strategy']): boolean {
  return chosen.gradients === 'parameters' || strategyOf(chosen.kind).gradients === 'parameters';
}

function only([tensor]: readonly tf.Tensor[]): tf.Tensor {
  if (!tensor) throw new Error('Method: a gradient is missing');
  return tensor;
}
