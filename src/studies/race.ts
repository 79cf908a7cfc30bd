/** Races: branches of one checkpoint, trained in turn by equal steps, so that their curves grow side by side. */
import { describe, ExperimentError, type Problem } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { isStrategy, strategies } from '#strategies/index.ts';
import type { RunPoint, StudyPlan } from './study.ts';

/** One way to go on. */
export interface Branch {
  /** Method, rate, or what else it is: `MGDA`. */
  readonly label: string;
  readonly experiment: Experiment;
}

/** What must stay, or the branches would see other batches. */
const kept: readonly { readonly path: string; readonly of: (experiment: Experiment) => unknown }[] = [
  { path: 'data', of: ({ data }) => data },
  { path: 'seed', of: ({ seed }) => seed },
  { path: 'training.batchSize', of: ({ training }) => training.batchSize },
  { path: 'tasks', of: ({ tasks }) => tasks.map(({ id, kind, column }) => [id, kind, column]) },
];

/** The first of the experiments with another method of the registry. Throws ExperimentError for an unknown one. */
export function methodBranches(experiment: Experiment, methods: readonly string[]): Branch[] {
  return methods.map((kind) => {
    if (!isStrategy(kind))
      throw new ExperimentError([
        {
          path: 'strategy.kind',
          rule: 'must be a known multi-task method',
          found: describe(kind),
          remedy: `Use some of ${Object.keys(strategies).join(', ')}.`,
        },
      ]);
    const same = kind === experiment.strategy.kind;
    const settings = same ? experiment.strategy.settings : {};
    const strategy = { ...experiment.strategy, kind, settings };
    return { label: strategies[kind].name, experiment: { ...experiment, strategy } };
  });
}

/**
 * Plans a race. With a checkpoint, all branches begin with its weights and go on in its order of batches; without one, all
 * begin with the weights that the seed draws. Whether the weights fit a changed network is for the engine to say.
 * @param experiment of the run that they branch off
 * @param turn steps that each trains before it is another one's turn
 * @throws ExperimentError for fewer than two branches, two of one name, a turn below 1, or a branch on other data, seed,
 *   batch size or tasks
 */
export function raceStudy(
  from: RunPoint | null,
  experiment: Experiment,
  branches: readonly Branch[],
  turn: number,
): StudyPlan {
  const problems: Problem[] = [];
  if (branches.length < 2)
    problems.push({
      path: 'branches',
      rule: 'must be two or more',
      found: describe(branches.length),
      remedy: 'Add one to race against.',
    });
  if (!Number.isInteger(turn) || turn < 1)
    problems.push({
      path: 'turn',
      rule: 'must be a whole number of steps, at least 1',
      found: describe(turn),
      remedy: 'Use a tenth of the run, or so.',
    });
  const labels = branches.map(({ label }) => label);
  for (const [index, branch] of branches.entries()) {
    if (labels.indexOf(branch.label) !== index)
      problems.push({
        path: `branches.${index}`,
        rule: 'must have a name of its own',
        found: describe(branch.label),
        remedy: 'Leave one out, or call it otherwise.',
      });
    for (const { path, of } of kept) {
      const [wanted, found] = [of(experiment), of(branch.experiment)];
      if (JSON.stringify(wanted) === JSON.stringify(found)) continue;
      problems.push({
        path: `${branch.label}: ${path}`,
        rule: 'must be that of the run which it branches off, or it would see other batches',
        found: describe(found),
        remedy: `Use ${describe(wanted)}.`,
      });
    }
  }
  if (problems.length > 0) throw new ExperimentError(problems);
  return {
    kind: 'race',
    name: `Race of ${labels.join(', ')}`,
    members: branches.map((branch) => ({ ...branch, ...(from ? { from } : {}) })),
    turn,
    stopping: null,
    budget: null,
    baseline: null,
  };
}
