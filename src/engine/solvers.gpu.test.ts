/** The solvers that rules share, in WGSL, inside rules made up for the purpose. */
import { choleskyWgsl } from '#strategies/solvers/cholesky.ts';
import { eigen, jacobiWgsl } from '#strategies/solvers/jacobi.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDevice, openDevice } from './device.ts';
import { weigh } from './kernels/weigh.ts';
import * as tf from './tf.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';

beforeAll(() => openDevice());
afterAll(() => closeDevice());

/** What a rule with this WGSL makes of a symmetric matrix and a right-hand side. */
async function run(
  id: string,
  code: string,
  lanes: number,
  matrix: number[],
  b: number[],
): Promise<number[]> {
  const backend = webgpuBackend();
  if (!backend) throw new Error('no WebGPU');
  const size = b.length;
  const { weights } = weigh(backend, {
    id,
    wgsl: { code, lanes: () => lanes },
    losses: tf.tensor1d(b),
    gramian: tf.tensor2d(matrix, [size, size]),
    names: [],
    stepsPerEpoch: 1,
    seed: 1,
    step: tf.tensor1d([0], 'int32'),
  });
  return Array.from(await weights.data());
}

/** A Gramian of `size` vectors of length 2·size with numbers from a fixed sequence, and those vectors' first elements. */
function problem(size: number) {
  let seed = 1;
  const draw = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647 - 0.4;
  };
  const rows = Array.from({ length: size }, () => Array.from({ length: 2 * size }, draw));
  const matrix = rows.flatMap((a) => rows.map((c) => a.reduce((sum, x, k) => sum + x * (c[k] ?? 0), 0)));
  return { matrix, b: rows.map((row) => row[0] ?? 0) };
}

describe.each([
  { size: 1, lanes: 1 },
  { size: 5, lanes: 1 },
  { size: 5, lanes: 32 },
  { size: 40, lanes: 32 },
])('$size tasks, $lanes lanes', ({ size, lanes }) => {
  const { matrix, b } = problem(size);

  test('Cholesky', async () => {
    // The rows in reverse order, as a list would have them.
    const code = `${choleskyWgsl}
fn weigh(lane: u32) {
  for (var i = lane; i < tasks; i += lanes) {
    let row = tasks - 1u - i;
    for (var j = 0u; j <= i; j++) { factor[i * tasks + j] = gramian[row * tasks + tasks - 1u - j]; }
    solution[i] = losses[row];
  }
  let definite = factorise(lane, tasks);
  substitute(lane, tasks);
  for (var i = lane; i < tasks; i += lanes) { weights[tasks - 1u - i] = select(0f, solution[i], definite); }
}`;
    const x = await run('test-cholesky', code, lanes, matrix, b);
    const scale = Math.max(...b.map(Math.abs));
    for (const [i, right] of b.entries()) {
      const product = x.reduce((sum, value, j) => sum + (matrix[i * size + j] ?? 0) * value, 0);
      expect(Math.abs(product - right)).toBeLessThan(2e-5 * scale);
    }
  });

  test('Jacobi', async () => {
    const code = `${jacobiWgsl}
fn weigh(lane: u32) {
  for (var k = lane; k < tasks * tasks; k += lanes) { symmetric[k] = gramian[k]; }
  eigen(lane);
  // The inverse of the matrix times the right-hand side, in which all values and vectors have a part.
  for (var i = lane; i < tasks; i += lanes) {
    var sum = 0f;
    for (var k = 0u; k < tasks; k++) {
      var part = 0f;
      for (var j = 0u; j < tasks; j++) { part = fma(vectors[j * tasks + k], losses[j], part); }
      sum = fma(vectors[i * tasks + k], part / symmetric[k * tasks + k], sum);
    }
    weights[i] = sum;
  }
}`;
    const x = await run('test-jacobi', code, lanes, matrix, b);
    const { values, vectors } = eigen(Float64Array.from(matrix), size);
    const expected = b.map((_, i) => {
      const parts = Array.from(values, (value, k) => {
        const along = b.reduce((sum, right, j) => sum + right * (vectors[j * size + k] ?? 0), 0);
        return ((vectors[i * size + k] ?? 0) * along) / value;
      });
      return parts.reduce((sum, part) => sum + part, 0);
    });
    const length = Math.hypot(...expected);
    expect(Math.hypot(...expected.map((value, i) => value - (x[i] ?? 0)))).toBeLessThan(2e-5 * length);
  });
});

test('Cholesky refuses what float32 cannot tell from singular', async () => {
  const code = `${choleskyWgsl}
fn weigh(lane: u32) {
  for (var i = 0u; i < tasks * tasks; i++) { factor[i] = gramian[i]; }
  weights[0] = select(0f, 1f, factorise(lane, 1u));
  for (var i = 0u; i < tasks * tasks; i++) { factor[i] = gramian[i]; }
  weights[1] = select(0f, 1f, factorise(lane, 2u));
}`;
  expect(await run('test-singular', code, 1, [1, 0.5, 0.5, 0.25 + 1e-7], [0, 0])).toEqual([1, 0]);
  expect(await run('test-singular', code, 1, [1, 0.5, 0.5, 0.2501], [0, 0])).toEqual([1, 1]);
});
