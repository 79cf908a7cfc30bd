import { expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import { complaints, noiseTensor } from './testing.ts';

const cases: { shape: number[]; reps: number[] }[] = [
  { shape: [3, 1, 1, 8], reps: [1, 5, 4, 1] },
  { shape: [3, 1, 1, 5], reps: [1, 3, 3, 1] },
  { shape: [2, 1, 6, 1], reps: [1, 4, 1, 3] },
  { shape: [7, 1], reps: [1, 8] },
  { shape: [1, 9], reps: [3, 1] },
  { shape: [2, 3], reps: [1, 1] },
  { shape: [2, 3], reps: [2, 1] },
  { shape: [1, 1], reps: [4, 6] },
];

test.each(cases)("tile gives what tfjs's for the CPU gives: $shape by $reps", async ({ shape, reps }) => {
  const run = async (backend: 'webgpu' | 'cpu') => {
    await openDevice(backend);
    const x = noiseTensor(shape, 1);
    const y = tf.tile(x, reps);
    const values = Array.from(await y.data());
    tf.dispose([x, y]);
    return { shape: y.shape, values };
  };
  let ours: Awaited<ReturnType<typeof run>> | undefined;
  expect(await complaints(async () => void (ours = await run('webgpu')))).toEqual([]);
  expect(ours).toEqual(await run('cpu'));
});
