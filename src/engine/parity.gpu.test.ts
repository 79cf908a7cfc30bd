/**
 * Whole curves against PyTorch: twenty steps of LeNet on Multi-Fashion under several multi-task methods, from the same
 * weights on the same batches. scripts/fixtures/methods.py has the methods once more, written from their papers.
 */
import { beforeAll, expect, test } from 'vitest';
import { fetchBytes } from '#data/byte-source.ts';
import type { Dataset } from '#data/dataset.ts';
import { builtinFor } from '#data/resolve.ts';
import { metricColumns } from '#experiment/metric-columns.ts';
import { parseExperiment } from '#experiment/parse.ts';
import { openDevice } from './device.ts';
import fixture from './fixtures/methods.json' with { type: 'json' };
import { Run } from './run.ts';
import { rowsOf } from './testing.ts';
import type { RunEvent } from './types.ts';

const { data, seed } = parseExperiment(fixture.experiment);
const tasks = fixture.experiment.tasks.map(({ id }) => id);
const columns = metricColumns(tasks);
let dataset: Dataset;

beforeAll(async () => {
  await openDevice('webgpu');
  dataset = await builtinFor(data).build(data.settings, seed, fetchBytes(`${location.origin}/`));
});

/** The rows of a run under a method, by the recording. */
async function train({ strategy, learningRate }: (typeof fixture.cases)[number]): Promise<number[][]> {
  const training = { ...fixture.experiment.training, learningRate };
  const experiment = parseExperiment({ ...fixture.experiment, strategy, training });
  const events: RunEvent[] = [];
  const run = new Run({ experiment, dataset, onEvent: (event) => events.push(event) });
  await run.resume();
  const { status } = run;
  const { mode, reason } = run.details();
  await run.dispose();
  expect({ status, mode, reason }).toEqual({ status: 'finished', mode: 'replayed', reason: undefined });
  return rowsOf(events, columns.length);
}

const cases = fixture.cases.map((entry) => {
  const { kind, gradients } = { gradients: '', ...entry.strategy };
  return { ...entry, title: gradients ? `${kind}, gradients by ${gradients}` : kind };
});

/**
 * The losses are what the method comes to. Weights may be further off: an activation that lies within rounding of ReLU's
 * kink changes the gradients at once, and the losses only by and by. (PyTorch from weights 1e-6 off has the same jumps.)
 */
const tolerance = { loss: 1e-3, weight: 0.02 };

test.each(cases)('LeNet on Multi-Fashion follows PyTorch: $title', async (entry) => {
  const rows = await train(entry);
  expect(rows).toHaveLength(entry.losses.length);
  const follows = (kind: keyof typeof tolerance, expected: readonly number[][]) => {
    for (const [step, row] of rows.entries())
      for (const [t, task] of tasks.entries()) {
        const value = row[columns.indexOf(`${kind}/${task}`)] ?? NaN;
        const wanted = expected[step]?.[t] ?? NaN;
        const words = `${kind} of ${task}, step ${step + 1}: ${value}, not ${wanted}`;
        expect(Math.abs(value / wanted - 1), words).toBeLessThan(tolerance[kind]);
      }
  };
  follows('loss', entry.losses);
  follows('weight', entry.weights);
});
