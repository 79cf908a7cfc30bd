/** Single-task twins: each task trained alone, otherwise as before. What they score tells what sharing is worth (delta-m.ts). */
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { planNetwork } from '#experiment/plan.ts';
import { describe, ExperimentError } from '#experiment/problem.ts';
import { costAfter, costOfStep, stepsFor } from '#experiment/run-cost.ts';
import type { Experiment } from '#experiment/schema.ts';
import { stepNeeds } from '#experiment/step-needs.ts';
import { spanInSteps } from '#experiment/training.ts';
import { strategyOf } from '#strategies/index.ts';
import { parameterSaving, type ParameterSaving } from './delta-m.ts';
import type { StudyPlan } from './study.ts';

export interface TwinOptions {
  /**
   * `steps`: a twin trains as many as the network of all tasks. `flops`: as much arithmetic each, so more steps, for a step
   * of one task is cheaper.
   */
  readonly equal: 'steps' | 'flops';
  /** Of the experiment's data set. */
  readonly info: DatasetInfo;
  /** Steps that the network of all tasks trains, where those are not what the experiment says: it was stopped early. */
  readonly steps?: number;
  /** Id of the kept run that trained all tasks; null: it is trained as the first member. */
  readonly baseline: string | null;
}

/** A name with an ending, as long as the schema lets it be. */
const named = (name: string, ending: string) => `${name.slice(0, 120 - ending.length)}${ending}`;

/**
 * The experiment with one task and its head only, on equal weights: a single loss needs no method. Trunk, data, seed and so
 * initial weights and order of the batches are the same.
 * Throws ExperimentError for a task that is not there.
 */
export function singleTask(experiment: Experiment, taskId: string): Experiment {
  const { tasks, heads, training } = experiment;
  const task = tasks.find(({ id }) => id === taskId);
  if (!task)
    throw new ExperimentError([
      {
        path: 'tasks',
        rule: 'must have the task that is to be trained alone',
        found: describe(taskId),
        remedy: `Use one of ${tasks.map(({ id }) => id).join(', ')}.`,
      },
    ]);
  const { earlyStopping } = training;
  return {
    ...experiment,
    name: named(experiment.name, ` · ${task.name} alone`),
    tasks: [task],
    heads: { [taskId]: heads[taskId] ?? [] },
    strategy: { kind: 'equal', settings: {}, gradients: 'representation' },
    training: { ...training, earlyStopping: earlyStopping && { ...earlyStopping, watch: 'mean' } },
  };
}

/** The experiment with another length in steps; what the schedule counts in steps is stretched with it. */
function stretched(experiment: Experiment, steps: number, before: number): Experiment {
  const { training } = experiment;
  const { schedule, warmUp } = training;
  const scaled = (span: number) => Math.round((span * steps) / before);
  const next =
    schedule.kind === 'step' ? { ...schedule, every: Math.max(1, scaled(schedule.every)) } : schedule;
  const length = { unit: 'steps', count: steps } as const;
  return { ...experiment, training: { ...training, length, schedule: next, warmUp: scaled(warmUp) } };
}

const withSteps = (experiment: Experiment, steps: number): Experiment => ({
  ...experiment,
  training: { ...experiment.training, length: { unit: 'steps', count: steps } },
});

const stepCost = (experiment: Experiment, info: DatasetInfo) =>
  costOfStep(
    experiment,
    info,
    stepNeeds(strategyOf(experiment.strategy.kind), experiment.strategy.gradients),
  );

/**
 * Plans the twins of an experiment, one per task, and the network of all tasks before them where no run of it is given.
 * With equal FLOPs each twin gets as much arithmetic as the network of all tasks; a schedule that counts steps, and the
 * warm-up, are stretched as the length is. Batch size and the span between validations stay.
 * Throws ExperimentError for an experiment of one task, or one that does not fit its data.
 */
export function twinStudy(experiment: Experiment, options: TwinOptions): StudyPlan {
  const { equal, info, baseline } = options;
  const { tasks, training } = experiment;
  if (tasks.length < 2)
    throw new ExperimentError([
      {
        path: 'tasks',
        rule: 'must be two or more to be compared with each alone',
        found: describe(tasks.length),
        remedy: 'Add a task.',
      },
    ]);
  const steps = options.steps ?? spanInSteps(training.length, info.counts.train, training.batchSize);
  const all = options.steps === undefined ? experiment : withSteps(experiment, options.steps);
  const { flops } = costAfter(stepCost(experiment, info), steps);
  const twins = tasks.map((task) => {
    const twin = singleTask(all, task.id);
    const own = equal === 'steps' ? twin : stretched(twin, stepsFor(stepCost(twin, info), flops), steps);
    return { label: `${task.name} alone`, experiment: own };
  });
  return {
    kind: 'twin',
    name: `Each task alone, with the same ${equal === 'steps' ? 'steps' : 'FLOPs'}`,
    members: baseline === null ? [{ label: 'all tasks', experiment: all }, ...twins] : twins,
    turn: null,
    stopping: null,
    budget: null,
    baseline,
  };
}

/** The trainable parameters that an experiment saves over its twins. Throws ExperimentError where it does not fit its data. */
export function savingOf(experiment: Experiment, info: DatasetInfo): ParameterSaving {
  const count = (each: Experiment) => planNetwork(each, info).parameterCount;
  return parameterSaving(
    count(experiment),
    experiment.tasks.map(({ id }) => count(singleTask(experiment, id))),
  );
}
