/** Kept runs for the tests of this folder: real in shape, with numbers that the tests can foresee. */
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import type { RunRecord } from '#stores/library.ts';

const data = { source: 'multi-fashion', settings: {} };
export const experiment = experimentFor(infoFor(data), data);

/** A finished run of 400 steps, best at step 300: 80 % of the first task and 70 % of the second. */
export function record(id: string, change: Partial<RunRecord> = {}): RunRecord {
  const scores = (loss: number, accuracy: number) => ({ loss, metrics: { accuracy } });
  const [first = '', second = ''] = experiment.tasks.map((task) => task.id);
  const validation = (step: number, accuracies: readonly [number, number]) => ({
    split: 'validation' as const,
    step,
    seconds: step / 10,
    tasks: { [first]: scores(0.5, accuracies[0]), [second]: scores(0.7, accuracies[1]) },
    meanLoss: 0.6,
  });
  return {
    id,
    name: '',
    difference: `learning rate ${id}`,
    colour: 0,
    note: '',
    pinned: false,
    hidden: false,
    createdAt: Date.UTC(2026, 10, 12, 14, 5),
    updatedAt: Date.UTC(2026, 10, 12, 14, 6),
    experiment,
    status: 'finished',
    step: 400,
    totalSteps: 400,
    seconds: 40,
    device: null,
    validations: [validation(300, [0.8, 0.7]), validation(400, [0.78, 0.71])],
    test: null,
    best: { mean: 300, [first]: 300, [second]: 400 },
    checkpoints: [
      { step: 300, bytes: 900_000 },
      { step: 400, bytes: 900_000 },
    ],
    rows: 400,
    gramianRows: 8,
    layerRows: 0,
    bytes: 2_000_000,
    curveBytes: 200_000,
    deletedAt: null,
    ...change,
  };
}
