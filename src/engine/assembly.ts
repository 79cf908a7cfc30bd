/** What a run is made of for one experiment: the network and its training step on the device, with their state. */
import type { Dataset } from '#data/dataset.ts';
import { planNetwork, type NetworkPlan } from '#experiment/plan.ts';
import { forecastMemory, limitProblem, type MemoryLimits } from '#experiment/memory.ts';
import { ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { stepNeeds } from '#experiment/step-needs.ts';
import { effectiveBatchSize, spanInSteps, stepsPerEpoch, type Training } from '#experiment/training.ts';
import { strategyOf } from '#strategies/index.ts';
import { checkStrategy } from './adjust.ts';
import { startingPoint, type Origin } from './checkpoint.ts';
import { Arena } from './capture/arena.ts';
import { ConflictProbe } from './conflict-probe.ts';
import { Network } from './network.ts';
import { createParameters, readWeights, writeWeights, type Variables } from './parameters.ts';
import type { ResidentDataset } from './resident.ts';
import { TrainingStep } from './step.ts';
import { StreamedImages } from './streaming/streamed-images.ts';
import type { Supply } from './streaming/supply.ts';
import type { Checkpoint } from './types.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';

export interface AssemblyOptions extends Pick<Origin, 'tensors' | 'step' | 'checkpoint'> {
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  readonly resident: ResidentDataset;
  /** Limits of the device, to refuse what cannot fit. */
  readonly limits?: MemoryLimits | undefined;
  /** Learning rates by step, instead of those of the schedule. */
  readonly rates?: (step: number) => number;
}

/** Where a run begins. */
export type Outset = Pick<AssemblyOptions, 'tensors' | 'step' | 'checkpoint'>;

/** What else of a run belongs in its checkpoint. */
export type Circumstance = Pick<Checkpoint, 'seconds' | 'stopping' | 'validatedAt'>;

/** Throws ExperimentError where the network does not fit the data or the device. */
export function planFor({
  experiment,
  dataset,
  limits,
}: Pick<AssemblyOptions, 'experiment' | 'dataset' | 'limits'>): NetworkPlan {
  const plan = planNetwork(experiment, dataset.info);
  const { training, strategy } = experiment;
  const needs = stepNeeds(strategyOf(strategy.kind), strategy.gradients);
  const problem = limits && limitProblem(forecastMemory(plan, training, dataset.info, needs), limits);
  if (problem) throw new ExperimentError([problem]);
  checkStrategy(experiment);
  return plan;
}

/** A span of an experiment's training in steps. */
export function stepsOf(
  span: Training['length'],
  { training }: Pick<Experiment, 'training'>,
  { info }: Dataset,
): number {
  const images = info.counts.train;
  return spanInSteps(span, images, effectiveBatchSize(images, training.batchSize));
}

/** What brings the images, where they stream. Throws in plain words where the device has too little room for that. */
function supplyFor(
  { seed, strategy }: Experiment,
  { images }: ResidentDataset,
  batchSize: number,
): Supply | undefined {
  if (!(images instanceof StreamedImages)) return undefined;
  const supply = images.supply(seed, batchSize);
  try {
    supply.require(stepNeeds(strategyOf(strategy.kind), strategy.gradients).batches);
    return supply;
  } catch (error) {
    supply.dispose();
    throw error;
  }
}

export class Assembly {
  readonly plan: NetworkPlan;
  readonly network: Network;
  readonly trainer: TrainingStep;
  /** Measures the task gradients; there is nothing to measure of one task, or of a trunk without parameters. */
  readonly probe: ConflictProbe | undefined;
  /** The state that it began with. */
  readonly start: Checkpoint;
  readonly #weights: Variables;
  /** Brings the images, where they stream. */
  readonly #supply: Supply | undefined;
  /** Where recorded work runs. */
  readonly #arena: Arena | undefined;

  /**
   * Puts everything on the device.
   * Throws ExperimentError where the network does not fit the data or the device, and Error where the weights do not fit.
   */
  constructor(options: AssemblyOptions) {
    const { experiment, dataset, resident } = options;
    const plan = planFor(options);
    const batchSize = effectiveBatchSize(dataset.info.counts.train, experiment.training.batchSize);
    const totalSteps = stepsOf(experiment.training.length, experiment, dataset);
    const supply = supplyFor(experiment, resident, batchSize);
    this.#supply = supply;
    const start = startingPoint({ ...options, plan, normalisation: resident.normalise });
    const weights = createParameters(plan.parameters, experiment.seed, start.tensors);
    const backend = webgpuBackend();
    this.#arena = backend && new Arena(backend.device);
    this.plan = plan;
    this.start = start;
    this.#weights = weights;
    this.network = new Network({ plan, dataset, resident, weights, batchSize, arena: this.#arena });
    const course = { experiment, plan, weights, data: resident, batchSize, supply, arena: this.#arena };
    this.trainer = new TrainingStep({
      ...course,
      totalSteps,
      stepsPerEpoch: stepsPerEpoch(dataset.info.counts.train, batchSize),
      start: start.step,
      rates: options.rates,
    });
    if (plan.heads.length > 1 && plan.sharedParameterCount > 0)
      this.probe = new ConflictProbe({ ...course, trainer: this.trainer });
    if (options.checkpoint) this.#writeRest(start);
  }

  /** All state as it is at the call, without blocking; call it between two steps. */
  async read(circumstance: Circumstance): Promise<Checkpoint> {
    const { step, optimiser } = this.trainer;
    const specs = this.plan.parameters;
    const [tensors, state, strategy, best] = await Promise.all([
      readWeights(specs, this.#weights),
      optimiser.read(),
      this.trainer.readMethod(),
      this.network.best.read(specs),
    ]);
    const { normalisation } = this.start;
    const { updates } = state;
    return {
      ...circumstance,
      step,
      updates,
      tensors,
      optimiser: state.tensors,
      strategy,
      normalisation,
      best,
    };
  }

  /** Goes back to a state of this network, in place: a recorded step stays right. */
  write(checkpoint: Checkpoint): void {
    writeWeights(this.plan.parameters, this.#weights, checkpoint.tensors);
    this.#writeRest(checkpoint);
  }

  dispose(): void {
    this.probe?.dispose();
    this.trainer.dispose();
    this.network.dispose();
    this.#supply?.dispose();
    this.#arena?.dispose();
  }

  #writeRest({ step, updates, optimiser, strategy, best }: Checkpoint): void {
    this.trainer.optimiser.write({ updates, tensors: optimiser });
    this.trainer.writeMethod(strategy);
    this.trainer.goTo(step);
    this.network.best.write(this.plan.parameters, best);
  }
}
