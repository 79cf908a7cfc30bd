import { beforeAll, describe, expect, test } from 'vitest';
import { layers } from '#experiment/layers/index.ts';
import { openDevice } from '../device.ts';
import fixture from '../fixtures/layers.json' with { type: 'json' };
import { noise, noiseTensor } from '../kernels/testing.ts';
import { fromEngine } from '../layout.ts';
import { forwardStack } from '../model.ts';
import { createParameters, disposeWeights, readWeights } from '../parameters.ts';
import { named, planOf, relativeError } from '../testing.ts';
import * as tf from '../tf.ts';

const step = { training: true, seed: 1, hostStep: 0 } as const;

describe.each(['webgpu', 'webgl', 'cpu'] as const)('layers on %s', (backend) => {
  beforeAll(async () => {
    await openDevice(backend);
  });

  test.each(fixture.map((entry, index) => ({ ...entry, index, title: JSON.stringify(entry.layer) })))(
    'agrees with PyTorch: $title on $shape',
    async (entry) => {
      const { index, shape } = entry;
      const plan = planOf(entry.layer, shape);
      const specs = plan.parameters;
      const trainable = specs.filter((spec) => spec.trainable);
      const tensors = specs.map((spec) => {
        const size = spec.shape.reduce((a, b) => a * b, 1);
        const place = trainable.indexOf(spec);
        const start = spec.initialiser.kind === 'constant' ? spec.initialiser.value : 0;
        const values = noise(size, index, 1, place).map((value) => (place < 0 ? start : value + start));
        return { name: spec.name, shape: spec.shape, values };
      });
      const weights = createParameters(specs, 0, tensors);
      const input = noiseTensor([4, ...shape], index, 0).mul(4);
      const counter = tf.zeros([1], 'int32');
      const run = (x: tf.Tensor) => forwardStack([plan], weights, x, { ...step, step: counter });
      const output = tf.tidy(() => run(input));
      // The pass above moved the running statistics; the gradient is of a second pass from the start.
      for (const { name, values } of tensors) {
        const variable = weights.get(name);
        if (variable && !variable.trainable)
          tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
      }
      expect(output.shape).toEqual(entry.y.shape);
      expect(output.shape.slice(1)).toEqual([...plan.output]);
      expect(relativeError(await output.data(), entry.y.values)).toBeLessThan(1e-4);

      const direction = noiseTensor(output.shape, index, 2);
      const image = tf.variable(input);
      const { grads } = tf.variableGrads(
        () => run(image).mul(direction).sum<tf.Scalar>(),
        [image, ...Array.from(weights.values()).filter((variable) => variable.trainable)],
      );
      expect(relativeError((await grads[image.name]?.data()) ?? [], entry.dx)).toBeLessThan(1e-4);
      for (const { name, gradient } of entry.parameters) {
        const spec = specs.find((each) => each.name === `trunk.0.${name}`);
        const found = grads[weights.get(`trunk.0.${name}`)?.name ?? ''];
        if (!spec || !found) throw new Error(`no gradient of ${name}`);
        const values = fromEngine(spec, await found.data<'float32'>());
        expect(relativeError(values, gradient), `gradient of ${name}`).toBeLessThan(1e-4);
      }
      expect(trainable.map((spec) => spec.name)).toEqual(
        entry.parameters.map(({ name }) => `trunk.0.${name}`),
      );

      const after = await readWeights(specs, weights);
      for (const [name, values] of Object.entries(entry.statistics ?? {}))
        expect(relativeError(named(after, `trunk.0.${name}`).values, values), name).toBeLessThan(1e-4);
      if (entry.evaluated) {
        const evaluated = tf.tidy(() => forwardStack([plan], weights, input, { training: false }));
        expect(relativeError(await evaluated.data(), entry.evaluated)).toBeLessThan(1e-4);
        evaluated.dispose();
      }
      tf.dispose([output, input, counter, direction, image, ...Object.values(grads)]);
      disposeWeights(weights);
    },
  );
});

test('there is a case for every layer kind with numbers of its own', () => {
  const covered = new Set(fixture.map((entry) => entry.layer.kind));
  expect(Object.keys(layers).filter((kind) => !covered.has(kind))).toEqual(['dropout']);
});

test('dropout differs from layer to layer and step to step, and rests outside of training', async () => {
  await openDevice('webgpu');
  const x = tf.ones([1, 1000]);
  const drop = async (path: string, hostStep: number) => {
    const counter = tf.tensor1d([hostStep], 'int32');
    const plan = planOf({ kind: 'dropout', rate: 0.25 }, [1000], path);
    const values = await forwardStack([plan], new Map(), x, { ...step, step: counter, hostStep }).data();
    return Array.from(values, (value) => value > 0);
  };
  const first = await drop('trunk.0', 0);
  expect(await drop('trunk.0', 0)).toEqual(first);
  expect(await drop('trunk.1', 0)).not.toEqual(first);
  expect(await drop('trunk.0', 1)).not.toEqual(first);
  expect(Math.abs(first.filter(Boolean).length - 750)).toBeLessThan(60);
  const plan = planOf({ kind: 'dropout', rate: 0.25 }, [1000]);
  expect(forwardStack([plan], new Map(), x, { training: false })).toBe(x);
});
