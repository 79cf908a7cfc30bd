import { expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import { machineOf } from '../kernels/tiles.ts';
import { dispatch, webgpuBackend } from '../webgpu/dispatch.ts';
import { kernelDetails } from './kernel-details.ts';
import { rowSums } from './testing.ts';
import { choose, forgetChoices, recordUses, reject, variantFor } from './tunable.ts';

test('tells of tunable kernels and of the others, in the order of the step', async () => {
  await openDevice();
  const backend = webgpuBackend();
  if (!backend) throw new Error('needs WebGPU');
  const machine = machineOf(backend.device);
  const one = rowSums('details-one', [{ kind: 'right', laps: 1 }]);
  const base = rowSums('details-many', [
    { kind: 'right', laps: 1 },
    { kind: 'right', laps: 2 },
  ]);
  // As kernels in two passes do.
  const many: typeof base = {
    ...base,
    run(on, problem, variant, operands) {
      const y = base.run(on, problem, variant, operands);
      const buffers = [{ name: 'y', element: 'f32', tensor: y, access: 'update' as const }];
      dispatch(on, { name: 'details-after', parameters: {}, code: () => '', buffers, workgroups: [1, 1, 1] });
      return y;
    },
  };
  const [small, large] = [
    { rows: 2, width: 8 },
    { rows: 4, width: 8 },
  ];
  const { uses } = recordUses(() => {
    variantFor(many, small, machine);
    variantFor(one, small, machine);
    variantFor(many, small, machine);
    variantFor(many, large, machine);
  });
  const before = backend.numDataIds();
  const kernels = [
    'gather',
    'details-many',
    'details-after',
    'details-one',
    'relu',
    'details-many',
    'details-after',
  ];
  kernels.push('details-many', 'details-after', 'relu', 'details-after');
  for (const { key, variant } of uses)
    if (key.includes('"rows":4')) choose(key, { variant, origin: 'tuned', milliseconds: 3 });
  const plain = { problem: '', variant: '', choice: 'only', flops: 0 };
  const expected = [
    { ...plain, name: 'gather', count: 1 },
    {
      name: 'details-many',
      problem: '2 rows of 8',
      variant: 'right, 1 laps',
      choice: 'default',
      count: 4,
      flops: 32,
    },
    {
      name: 'details-one',
      problem: '2 rows of 8',
      variant: 'right, 1 laps',
      choice: 'only',
      count: 1,
      flops: 16,
    },
    { ...plain, name: 'relu', count: 2 },
    {
      name: 'details-many',
      problem: '4 rows of 8',
      variant: 'right, 1 laps',
      choice: 'tuned',
      count: 2,
      flops: 32,
      milliseconds: 3,
    },
    { ...plain, name: 'details-after', count: 1 },
  ];
  expect(kernelDetails(backend, kernels, uses)).toEqual(expected);
  expect(backend.numDataIds()).toBe(before);
  const timed = kernelDetails(backend, kernels, uses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]);
  expect(timed.map(({ milliseconds }) => milliseconds)).toEqual([
    1,
    2 + 4 + 32 + 64,
    8,
    16 + 512,
    128 + 256,
    1024,
  ]);
  expect(kernelDetails(backend, [], uses)).toEqual([]);

  const [use] = uses;
  if (use) choose(use.key, { variant: { kind: 'right', laps: 2 }, origin: 'tuned', milliseconds: 1 });
  expect(kernelDetails(backend, kernels, uses)).toEqual(expected);

  if (uses[1]) reject(uses[1].key, 'right, 2 laps: is off');
  expect(kernelDetails(backend, kernels, uses)[2]).toMatchObject({ rejected: ['right, 2 laps: is off'] });
  forgetChoices();
});
