import { beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '#data/dataset.ts';
import { metricColumns } from '#experiment/metric-columns.ts';
import { parseExperiment } from '#experiment/parse.ts';
import { planNetwork } from '#experiment/plan.ts';
import { sizeOf } from '#lib/shape.ts';
import { openDevice } from './device.ts';
import fixture from './fixtures/steps.json' with { type: 'json' };
import { noise } from './kernels/testing.ts';
import { Run } from './run.ts';
import { named, relativeError, rowsOf } from './testing.ts';
import type { RunEvent } from './types.ts';

const [count = 0, height = 0, width = 0] = fixture.shape;

const dataset: Dataset = {
  info: {
    id: 'fixture',
    name: 'Fixture',
    description: '',
    licence: '',
    source: '',
    image: { height, width, channels: 1 },
    columns: [
      { id: 'kind', name: 'Kind', kind: 'class', classes: ['a', 'b', 'c'] },
      { id: 'place', name: 'Place', kind: 'number', names: ['x', 'y'] },
    ],
    counts: { train: count, validation: 0, test: 0 },
  },
  images: Uint8Array.from(noise(count * height * width, 77), (value) => Math.floor((value + 0.5) * 256)),
  columns: [
    {
      info: { id: 'kind', name: 'Kind', kind: 'class', classes: ['a', 'b', 'c'] },
      values: Float32Array.from(fixture.kind, (value) => value ?? NaN),
    },
    {
      info: { id: 'place', name: 'Place', kind: 'number', names: ['x', 'y'] },
      values: Float32Array.from(fixture.place.flat(), (value) => value ?? NaN),
    },
  ],
  split: {
    train: Uint32Array.from({ length: count }, (_, i) => i),
    validation: new Uint32Array(),
    test: new Uint32Array(),
  },
};

const column = (rows: number[][], name: string) =>
  rows.map((row) => row[metricColumns(['kind', 'place']).indexOf(name)] ?? NaN);

describe.each(['webgpu', 'webgl', 'cpu'] as const)('ten steps on %s', (backend) => {
  beforeAll(async () => {
    await openDevice(backend);
  });

  test.each(fixture.cases.map((entry) => ({ ...entry, title: JSON.stringify(entry.training) })))(
    'follow PyTorch: $title',
    async ({ training, rows: expected, after }) => {
      const experiment = parseExperiment({
        version: 1,
        data: { source: 'fixture' },
        tasks: [
          { kind: 'classification', id: 'kind', name: 'Kind', column: 'kind' },
          { kind: 'regression', id: 'place', name: 'Place', column: 'place' },
        ],
        ...fixture.network,
        training: { ...training, batchSize: count, length: { unit: 'steps', count: expected.length } },
      });
      const tensors = planNetwork(experiment, dataset.info).parameters.map(({ name, shape }, index) => ({
        name,
        shape,
        values: noise(sizeOf(shape), 98, 1, index),
      }));
      const events: RunEvent[] = [];
      const run = new Run({ experiment, dataset, tensors, onEvent: (event) => events.push(event) });
      await run.resume();
      expect(run.status).toBe('finished');
      const rows = rowsOf(events, 10);
      const follows = (name: string, values: number[]) => {
        for (const [i, value] of column(rows, name).entries())
          expect(relativeError([value], [values[i] ?? NaN]), `${name}, step ${i + 1}`).toBeLessThan(1e-4);
      };
      follows(
        'learningRate',
        expected.map(({ rate }) => rate),
      );
      follows(
        'gradientNorm',
        expected.map(({ norm }) => norm),
      );
      for (const [t, task] of ['kind', 'place'].entries()) {
        follows(
          `loss/${task}`,
          expected.map(({ losses }) => losses[t] ?? NaN),
        );
        follows(
          `metric/${task}`,
          expected.map(({ metrics }) => metrics[t] ?? NaN),
        );
      }
      const { tensors: trained, step } = await run.weights('last');
      expect(step).toBe(expected.length);
      expect(relativeError(named(trained, 'trunk.0.weight').values, after)).toBeLessThan(1e-4);
      await run.dispose();
    },
  );
});
