/** Runs of all tasks with the runs of each task alone that they are compared with, and what that comes to. */
import type { Task } from '#experiment/tasks/index.ts';
import type { Scores } from '#experiment/tasks/task.ts';
import type { RunRecord } from '#stores/library.ts';
import { deltaM, type DeltaM, type Yardstick } from '#studies/delta-m.ts';
import { unitOf } from '../run-axis.ts';

/** A run of several tasks, and of each of these tasks the run that trained it alone, where there is one. */
export interface Twin {
  readonly multi: RunRecord;
  readonly singles: ReadonlyMap<string, RunRecord>;
  /** What the runs have alike: as many steps each, or as much arithmetic. */
  readonly axis: 'step' | 'flops';
}

/**
 * Where the two runs of a task are compared. `level`: at the last validations that both have come to, so also while they train;
 * `best`: each at its lowest mean validation loss; `test`: the test of each.
 */
export const bases = ['level', 'best', 'test'] as const;
export type Basis = (typeof bases)[number];

type Scored = RunRecord['validations'][number];

const tasksOf = ({ experiment }: RunRecord) => experiment.tasks;

/** Whether a run trains one of the tasks of another one alone, on the same data with the same shared layers. */
function isTwin({ experiment: single }: RunRecord, { experiment: multi }: RunRecord): boolean {
  const [task, ...others] = single.tasks;
  const same = multi.tasks.find(({ id }) => id === task?.id);
  const shared = ({ data, seed, trunk, training, augmentation }: typeof single) =>
    JSON.stringify([
      data,
      seed,
      trunk,
      training.batchSize,
      training.optimiser,
      training.learningRate,
      augmentation,
    ]);
  return others.length === 0 && same?.kind === task?.kind && shared(single) === shared(multi);
}

/** The twins among some runs, those of one study together. */
export function twinsOf(runs: readonly RunRecord[]): Twin[] {
  return runs
    .filter((run) => tasksOf(run).length > 1)
    .flatMap((multi) => {
      const alone = runs.filter((run) => run !== multi && isTwin(run, multi));
      const studies = [...new Set(alone.map(({ study }) => study))];
      return studies.map((study): Twin => {
        const own = alone.filter((run) => run.study === study);
        const singles = new Map(own.map((run) => [tasksOf(run)[0]?.id ?? '', run]));
        // One that was stopped early has twins that train as far as it came.
        const isEqual = own.every(({ totalSteps }) => [multi.totalSteps, multi.step].includes(totalSteps));
        return { multi, singles, axis: isEqual ? 'step' : 'flops' };
      });
    });
}

/** Where a validation lies on the axis that the runs have alike. */
const placeOf = ({ experiment }: RunRecord, { step }: Scored, axis: Twin['axis']) =>
  step * unitOf(experiment, axis);

/** Rounding of the steps that arithmetic was shared out in. */
const slack = 1 + 1e-6;

/** The last validation of a run up to a place. */
function upTo(run: RunRecord, place: number, axis: Twin['axis']): Scored | undefined {
  return run.validations.findLast((each) => placeOf(run, each, axis) <= place * slack + oneStep(run, axis));
}

/** With equal arithmetic, validations every so many steps do not fall on one place: a step less does not count. */
const oneStep = ({ experiment }: RunRecord, axis: Twin['axis']) =>
  axis === 'flops' ? unitOf(experiment, axis) : 0;

const lastPlace = (run: RunRecord, axis: Twin['axis']) => {
  const last = run.validations.at(-1);
  return last ? placeOf(run, last, axis) : Number.NaN;
};

const bestOf = ({ validations, best }: RunRecord) =>
  validations.findLast(({ step }) => step === best['mean']);

/** The two evaluations of a task that are laid side by side; undefined where there are not both yet. */
function pairOf({ multi, singles, axis }: Twin, { id }: Task, basis: Basis): [Scored, Scored] | undefined {
  const single = singles.get(id);
  if (!single) return undefined;
  const both = (
    one: Scored | null | undefined,
    other: Scored | null | undefined,
  ): [Scored, Scored] | undefined => (one && other ? [one, other] : undefined);
  if (basis === 'test') return both(multi.test, single.test);
  if (basis === 'best') return both(bestOf(multi), bestOf(single));
  const place = Math.min(lastPlace(multi, axis), lastPlace(single, axis));
  return Number.isNaN(place) ? undefined : both(upTo(multi, place, axis), upTo(single, place, axis));
}

export interface TwinResult extends DeltaM {
  /** By task id: steps that the network of all tasks and the one of its own had trained; absent where not compared yet. */
  readonly steps: ReadonlyMap<string, readonly [multi: number, single: number]>;
}

function resultFor(twin: Twin, pairs: ReadonlyMap<string, [Scored, Scored]>, by: Yardstick): TwinResult {
  const scores = (which: 0 | 1): Record<string, Scores> =>
    Object.fromEntries(
      Array.from(pairs).flatMap(([id, pair]) => {
        const found = pair[which].tasks[id];
        return found ? [[id, found]] : [];
      }),
    );
  const result = deltaM(tasksOf(twin.multi), scores(0), scores(1), by);
  return {
    ...result,
    steps: new Map(Array.from(pairs, ([id, [one, other]]) => [id, [one.step, other.step]])),
  };
}

/** Δm of a twin, as far as its runs have come. */
export function resultOf(twin: Twin, basis: Basis, by: Yardstick): TwinResult {
  const pairs = new Map<string, [Scored, Scored]>();
  for (const task of tasksOf(twin.multi)) {
    const pair = pairOf(twin, task, basis);
    if (pair) pairs.set(task.id, pair);
  }
  return resultFor(twin, pairs, by);
}

export interface DeltaCurves {
  /** Steps of the network of all tasks, at its validations. */
  readonly step: Float64Array;
  /** [tasks][validations], as shares: 0.01 is one per cent; NaN where a twin has not come so far. */
  readonly tasks: readonly Float64Array[];
  /** NaN until all tasks can be compared. */
  readonly mean: Float64Array;
}

/** Δm at every validation of the network of all tasks. */
export function deltaCurves(twin: Twin, by: Yardstick): DeltaCurves {
  const { multi, singles, axis } = twin;
  const tasks = tasksOf(multi);
  const results = multi.validations.map((one) => {
    const place = placeOf(multi, one, axis);
    const pairs = new Map<string, [Scored, Scored]>();
    for (const { id } of tasks) {
      const single = singles.get(id);
      // A twin that has not come so far has nothing to compare with; one that stopped early has ended where it ended.
      const other = single && upTo(single, place, axis);
      const reached = single && lastPlace(single, axis) * slack + oneStep(single, axis) >= place;
      if (other && (reached || single.status === 'finished')) pairs.set(id, [one, other]);
    }
    return resultFor(twin, pairs, by);
  });
  const changes = (index: number) =>
    Float64Array.from(results, (result) => (result.tasks[index]?.change ?? Number.NaN) / 100);
  return {
    step: Float64Array.from(multi.validations, ({ step }) => step),
    tasks: tasks.map((_, index) => changes(index)),
    mean: Float64Array.from(results, ({ mean, count }) => (count === tasks.length ? mean / 100 : Number.NaN)),
  };
}
