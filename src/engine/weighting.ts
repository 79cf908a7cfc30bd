/**
 * The multi-task method of a run: turns each step's losses and gradients into task weights. On WebGPU by a kernel that a
 * recorded step replays; elsewhere the numbers come to the host for the rule in TypeScript.
 */
import { hash, stream, toUniform } from '#lib/random.ts';
import { strategyOf, type ChosenStrategy } from '#strategies/index.ts';
import type { Strategy } from '#strategies/strategy.ts';
import { weigh, type Weights } from './kernels/weigh.ts';
import { LiveTensor } from './live-tensor.ts';
import * as tf from './tf.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';
import { readNow, replaceNumbers } from './webgpu/host-copy.ts';

export interface WeightingOptions {
  readonly chosen: ChosenStrategy;
  /** Task ids. */
  readonly tasks: readonly string[];
  readonly seed: number;
  readonly stepsPerEpoch: number;
}

/** The numbers of a step; T tasks, times the batches of the method. */
export interface Evidence {
  /** float32 [T] */
  readonly losses: tf.Tensor1D;
  /** float32 [T, T], where the method needs it. */
  readonly gramian?: tf.Tensor2D;
  /** Steps done before: int32 [1]. */
  readonly step: tf.Tensor;
  /** The same number, read only where there is no kernel. */
  readonly hostStep: number;
  /** float32: random numbers to use instead of the method's own, for tests. */
  readonly draws?: tf.Tensor;
}

export class Weighting {
  readonly strategy: Strategy;
  readonly #options: WeightingOptions;
  readonly #names: readonly string[];
  readonly #settings: LiveTensor | undefined;
  readonly #state: tf.Variable | undefined;
  #params: unknown;

  /** Throws RangeError for an unknown method and ZodError for invalid settings. */
  constructor(options: WeightingOptions) {
    const { kind, settings } = options.chosen;
    this.#options = options;
    this.strategy = strategyOf(kind);
    this.#params = this.strategy.schema.parse(settings);
    const numbers = this.strategy.numbers(this.#params);
    this.#names = Object.keys(numbers);
    if (this.#names.length > 0) this.#settings = new LiveTensor(Float32Array.from(Object.values(numbers)));
    const state = this.strategy.initialState(options.tasks.length, 0, this.#params);
    if (state.length > 0)
      this.#state = tf.tidy(() => tf.variable(tf.tensor1d(Float32Array.from(state)), false));
  }

  /** Other settings of the same method, from the next step on. Throws ZodError where they are invalid. */
  adjust(settings: unknown): void {
    this.#params = this.strategy.schema.parse(settings);
    this.#settings?.set(Float32Array.from(Object.values(this.strategy.numbers(this.#params))));
  }

  /** Weights for a step's gradients. */
  weigh(evidence: Evidence): Weights {
    const backend = webgpuBackend();
    if (!backend) return this.#onHost(evidence);
    return weigh(backend, { ...this.#call(evidence), ...evidence });
  }

  /** Takes note of the losses of the same batch after the update, [T], where the method looks at them. */
  observe(evidence: Omit<Evidence, 'gramian'>): void {
    const backend = webgpuBackend();
    if (backend) {
      weigh(backend, { ...this.#call(evidence), ...evidence, observes: true }).weights.dispose();
      return;
    }
    const losses = numbersOf(evidence.losses);
    const state = this.#state && numbersOf(this.#state);
    const next = this.strategy.observe?.({ losses, state, params: this.#params });
    if (next) this.#remember(next);
  }

  /** What it remembers, as it is at the call; empty for a method that does not. */
  async read(): Promise<Float32Array> {
    if (!this.#state) return new Float32Array();
    const [state] = await readNow([this.#state]);
    return Float32Array.from(state ?? []);
  }

  /** Puts back what it remembered; what does not fit is left out. */
  write(state: Float32Array): void {
    if (this.#state?.size === state.length) replaceNumbers(this.#state, Float32Array.from(state));
  }

  dispose(): void {
    this.#settings?.dispose();
    this.#state?.dispose();
  }

  #call({ losses, step }: Pick<Evidence, 'losses' | 'step'>) {
    const { chosen, seed, stepsPerEpoch } = this.#options;
    const { wgsl } = this.strategy;
    if (!wgsl) throw new Error(`${this.strategy.name} has no rule for the GPU.`);
    const settings = this.#settings && { settings: this.#settings.tensor };
    const state = this.#state && { state: this.#state };
    return {
      id: chosen.kind,
      wgsl,
      losses,
      step,
      seed,
      stepsPerEpoch,
      names: this.#names,
      ...settings,
      ...state,
    };
  }

  #onHost({ losses, gramian, hostStep, draws }: Evidence): Weights {
    const { seed, stepsPerEpoch } = this.#options;
    const given = draws && numbersOf(draws);
    let drawn = 0;
    const random = () => {
      const k = drawn++;
      return given?.[k] ?? toUniform(hash(seed, stream.strategy, hostStep, k));
    };
    const { weights, heads, state } = this.strategy.step({
      losses: numbersOf(losses),
      ...(gramian ? { gramian: numbersOf(gramian) } : {}),
      state: this.#state && numbersOf(this.#state),
      params: this.#params,
      random,
      stepsPerEpoch,
      tasks: this.#options.tasks,
    });
    this.#remember(state);
    const tensor = (values: Float64Array) => tf.tensor1d(Float32Array.from(values));
    return { weights: tensor(weights), ...(heads ? { heads: tensor(heads) } : {}) };
  }

  #remember(state: Float64Array): void {
    tf.tidy(() => this.#state?.assign(tf.tensor1d(Float32Array.from(state))));
  }
}

/** To the host at once, where nothing is recorded. */
function numbersOf(tensor: tf.Tensor): Float64Array {
  return Float64Array.from(tensor.dataSync());
}
