/** Whichever variants of its kernels a run uses, its curves are the same, bit for bit. */
import { afterEach, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import { Run } from '../run.ts';
import { rowsOf, smallDataset, smallExperiment } from '../testing.ts';
import type { RunEvent } from '../types.ts';
import { webgpuBackend } from '../webgpu/dispatch.ts';
import { choose, forgetChoices, recordUses, rejectedFor, type CountedUse } from './tunable.ts';
import { Tuner } from './tuner.ts';

afterEach(() => forgetChoices());

/** Rows without their seconds, and the weights. */
async function train(): Promise<{ rows: number[][]; weights: number[]; uses: readonly CountedUse[] }> {
  const events: RunEvent[] = [];
  const run = new Run({
    experiment: smallExperiment(),
    dataset: smallDataset(),
    onEvent: (event) => events.push(event),
  });
  // What it would run is found out before anything is awaited.
  const { result, uses } = recordUses(() => run.resume());
  await result;
  expect(run.status).toBe('finished');
  const { tensors } = await run.weights('last');
  await run.dispose();
  const rows = rowsOf(events, 4 + 3 * 2).map((row) => row.toSpliced(1, 1));
  return { rows, weights: tensors.flatMap(({ values }) => [...values]), uses };
}

const isSame = (one: readonly number[], other: readonly number[]) =>
  one.length === other.length && one.every((value, i) => Object.is(value, other[i]));

test('gives the same curves with every variant that the tuner may take', async () => {
  await openDevice();
  const backend = webgpuBackend();
  if (!backend) throw new Error('needs WebGPU');
  const first = await train();
  expect(first.uses.length).toBeGreaterThan(3);
  const tuner = await Tuner.open(backend);
  await tuner.tuneAll(first.uses);
  const rejected = first.uses.flatMap(({ key }) => rejectedFor(key));
  for (let i = 1; i < 3; i++) {
    for (const { key, tunable, problem, machine } of first.uses) {
      const candidates = tunable.candidates(problem, machine);
      const fit = candidates.filter(
        (variant) => !rejected.some((reason) => reason.startsWith(tunable.describeVariant(variant))),
      );
      const variant = fit[i % fit.length];
      if (variant) choose(key, { variant, origin: 'tuned' });
    }
    const other = await train();
    expect(other.rows).toHaveLength(6);
    for (const [step, row] of other.rows.entries())
      expect(isSame(row, first.rows[step] ?? []), `step ${step + 1}`).toBe(true);
    expect(isSame(other.weights, first.weights)).toBe(true);
    expect(other.uses.map(({ variant }) => variant)).not.toEqual(first.uses.map(({ variant }) => variant));
  }
});
