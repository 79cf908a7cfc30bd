/** Finished runs for the tests of the exporters: real documents and plans, weights drawn from the seed. */
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { gramianColumns } from '#experiment/metric-columns.ts';
import { planNetwork } from '#experiment/plan.ts';
import { withPreset, type PresetId } from '#experiment/presets/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { Random, stream } from '#lib/random.ts';
import { SeriesTable } from '#lib/series.ts';
import { sizeOf } from '#lib/shape.ts';
import type { FinishedRun } from './exporter.ts';

/** A run of a preset on a built-in set that has seen `step` steps, with one validation and a test. */
export function finishedRun(
  preset: PresetId = 'lenet',
  data: Experiment['data'] = { source: 'multi-fashion', settings: {} },
  step = 3,
): FinishedRun {
  const info = infoFor(data);
  const experiment = withPreset(experimentFor(info, data), preset);
  const random = new Random(1, stream.init);
  const tensors = planNetwork(experiment, info).parameters.map(({ name, shape }) => ({
    name,
    shape,
    values: Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
  }));
  const ids = experiment.tasks.map(({ id }) => id);
  const columns = ['step', 'seconds', 'learningRate', 'gradientNorm'];
  for (const quantity of ['loss', 'metric', 'weight']) columns.push(...ids.map((id) => `${quantity}/${id}`));
  const series = new SeriesTable(columns);
  for (let row = 1; row <= step; row++)
    series.append(columns.map((_, column) => (column === 0 ? row : row + column / 10)));
  const gramians = new SeriesTable(gramianColumns(ids.length));
  const scores = Object.fromEntries(
    ids.map((id) => [id, { loss: 0.5, metrics: { accuracy: 0.75, f1: Number.NaN } }]),
  );
  const evaluation = { step, seconds: 1.5, meanLoss: 0.5, tasks: scores };
  return {
    experiment,
    info,
    weights: { step, tensors, normalisation: { mean: [0.25], deviation: [0.3] } },
    choice: 'best',
    series,
    gramians,
    validations: [{ ...evaluation, split: 'validation' }],
    test: { ...evaluation, split: 'test' },
  };
}
