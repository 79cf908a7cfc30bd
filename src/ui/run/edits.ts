/** Edits of the training settings. */
import type { Experiment } from '#experiment/schema.ts';
import { optimiserSchema, scheduleSchema, type Training } from '#experiment/training.ts';
import { editExperiment } from '#stores/experiment.ts';

export function editTraining(change: (training: Training) => Readonly<Record<string, unknown>>): boolean {
  return editExperiment((experiment: Experiment) => ({
    ...experiment,
    training: { ...experiment.training, ...change(experiment.training) },
  }));
}

/** Another kind of optimiser or schedule with its defaults, and what it has in common with the one before. */
function switched<Kind extends { readonly kind: string }>(
  schema: { parse(value: unknown): Kind; safeParse(value: unknown): { readonly data?: Kind | undefined } },
  before: Kind,
  kind: string,
): Kind {
  const fresh = schema.parse({ kind });
  const common = Object.fromEntries(
    Object.entries(before).filter(([key]) => key !== 'kind' && Object.hasOwn(fresh, key)),
  );
  return schema.safeParse({ ...fresh, ...common }).data ?? fresh;
}

export function chooseOptimiser(kind: string): boolean {
  return editTraining(({ optimiser }) => {
    const next = switched(optimiserSchema, optimiser, kind);
    // Each kind has its own sensible decay: SGD's and Adam's is none, AdamW's is not.
    return { optimiser: { ...next, weightDecay: optimiserSchema.parse({ kind }).weightDecay } };
  });
}

export function chooseSchedule(kind: string): boolean {
  return editTraining(({ schedule }) => ({ schedule: switched(scheduleSchema, schedule, kind) }));
}
