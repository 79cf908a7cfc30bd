import { expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';

test('leaves whole numbers that are called float32 to the kernels that know them', async () => {
  await openDevice('webgpu');
  const cast = tf.tensor2d([1, 0, 2, 3], [2, 2], 'int32').toFloat();
  const column = tf.tensor2d([2, 5], [2, 1]);
  expect([...(await cast.mul(column).data())]).toEqual([2, 0, 10, 15]);
  expect([...(await cast.sum(0).data())]).toEqual([3, 3]);
  expect([...(await cast.matMul(column).data())]).toEqual([2, 19]);
  expect([...(await column.equal(5).toFloat().sum().data())]).toEqual([1]);
});
