import { beforeEach, describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import { webgpuBackend } from './dispatch.ts';
import { readNow, replaceNumbers } from './host-copy.ts';

describe.each(['webgpu', 'cpu'] as const)('on %s', (backend) => {
  beforeEach(async () => {
    await openDevice(backend);
  });

  test('reads numbers as they are at the call, whatever is written before they arrive', async () => {
    const floats = tf.tidy(() => tf.variable(tf.tensor2d([1.5, 2, 3], [3, 1])));
    const integers = tf.tidy(() => tf.variable(tf.tensor1d([7, -8], 'int32')));
    const read = readNow([floats, integers]);
    replaceNumbers(floats, Float32Array.of(4, 5, 6));
    replaceNumbers(integers, Int32Array.of(9, 10));
    expect(await read).toEqual([Float32Array.of(1.5, 2, 3), Int32Array.of(7, -8)]);
    expect(await readNow([integers, floats])).toEqual([Int32Array.of(9, 10), Float32Array.of(4, 5, 6)]);
    expect([...(await floats.square().data())]).toEqual([16, 25, 36]);
    tf.disposeVariables();
  });

  test('replaces numbers in the storage there is', () => {
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    const storage = () => webgpuBackend()?.tensorMap.get(variable.dataId).resource;
    replaceNumbers(variable, Float32Array.of(3, 4));
    const before = storage();
    replaceNumbers(variable, Float32Array.of(5, 6));
    expect(storage()).toBe(before);
    expect(before === undefined).toBe(backend === 'cpu');
    variable.dispose();
  });
});
