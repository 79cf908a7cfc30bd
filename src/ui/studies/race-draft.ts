/** A race as it is being written in the form, and what it plans. */
import { ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { RunRecord } from '#stores/library.ts';
import { methodBranches, raceStudy, type Branch } from '#studies/race.ts';
import type { RunPoint, StudyPlan } from '#studies/study.ts';
import { withValues } from '#studies/sweep.ts';
import { numberText, readNumber } from '../shared/number-text.ts';

/** What the branches differ in: `network`: as the run was, and as the page's experiment is now. */
export const differences = ['methods', 'rates', 'network'] as const;

export interface RaceDraft {
  /** Id of a kept run; null: from fresh weights of the page's experiment. */
  readonly run: string | null;
  /** One of its checkpoints. */
  readonly step: number;
  readonly by: (typeof differences)[number];
  readonly methods: readonly string[];
  /** "1e-3, 3e-4". */
  readonly rates: string;
  readonly turn: number;
}

function ratesOf(text: string): number[] {
  return text.split(/[,;\s]+/).flatMap((each) => {
    if (each === '') return [];
    const rate = readNumber(each);
    if (rate !== undefined) return [rate];
    throw new ExperimentError([
      {
        path: 'learning rates',
        rule: 'must be numbers, such as 1e-3, 3e-4',
        found: `“${each}”`,
        remedy: 'Part them by commas.',
      },
    ]);
  });
}

function branchesOf({ by, methods, rates }: RaceDraft, base: Experiment, page: Experiment): Branch[] {
  switch (by) {
    case 'methods':
      return methodBranches(base, methods);
    case 'rates':
      return ratesOf(rates).map((rate) => ({
        label: `learning rate ${numberText(rate)}`,
        experiment: withValues(base, { 'training.learningRate': rate }),
      }));
    case 'network':
      return [
        { label: 'as it was', experiment: base },
        { label: 'as on the page', experiment: page },
      ];
  }
}

/** The checkpoint of a run to begin with: the last one that leaves something to train, if there is one. */
export function startOf({ checkpoints, totalSteps }: RunRecord): number {
  const open = checkpoints.findLast(({ step }) => step < totalSteps);
  return (open ?? checkpoints.at(-1))?.step ?? 0;
}

/** Throws where a run has nothing left to train from a step on. */
function checkStart({ totalSteps }: RunRecord, step: number): void {
  if (step < totalSteps) return;
  throw new ExperimentError([
    {
      path: 'its checkpoint',
      rule: 'must be before the end of the run, or the branches had nothing to train',
      found: `step ${step} of ${totalSteps}`,
      remedy: 'Choose an earlier one, or open the run and let it train for longer.',
    },
  ]);
}

/** What a draft plans, or what is wrong with it. */
export function racePlan(
  draft: RaceDraft,
  page: Experiment,
  runs: readonly RunRecord[],
): { readonly plan: StudyPlan; readonly problem: null } | { readonly plan: null; readonly problem: string } {
  try {
    const run = runs.find(({ id }) => id === draft.run);
    const from: RunPoint | null = run ? { run: run.id, step: draft.step } : null;
    if (run) checkStart(run, draft.step);
    const base = run?.experiment ?? page;
    return { plan: raceStudy(from, base, branchesOf(draft, base, page), draft.turn), problem: null };
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    return { plan: null, problem: error.message };
  }
}
