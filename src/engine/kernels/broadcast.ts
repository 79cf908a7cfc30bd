/**
 * Add, Sub, Multiply and RealDiv of operands of one shape, or where one repeats along some axes of the other, as biases do
 * and the statistics of a normalisation: tfjs's own spend ten times the sum on finding each place, in operands of one shape
 * where their last axis is not a multiple of four.
 */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';
import type { OwnKernel } from './own-kernel.ts';

type Parameters = {
  operator: '+' | '-' | '*' | '/';
  /** The operand that repeats. */
  repeats: 'a' | 'b';
  /** Numbers per thread. */
  lanes: 1 | 4;
  /** Which element of the operand that repeats goes with element `j` of the other, in WGSL. */
  place: string;
  /** What the numbers of a thread meet: a vector at `place` in vectors, one number, or each its own. */
  meet: 'vector' | 'one' | 'each';
};

export const broadcastKernels: readonly OwnKernel<'a' | 'b', unknown>[] = (
  [
    [tf.Add, '+'],
    [tf.Sub, '-'],
    [tf.Multiply, '*'],
    [tf.RealDiv, '/'],
  ] as const
).map(([name, operator]) => ({ name, run: (backend, { a, b }) => broadcast(backend, a, b, operator) }));

function broadcast(
  backend: tf.WebGPUBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  operator: Parameters['operator'],
): tf.TensorInfo | undefined {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  const runs = runsOf(b.shape, a.shape);
  const [repeats, whole, part] = runs ? (['b', a, b] as const) : (['a', b, a] as const);
  const found = runs ?? runsOf(a.shape, b.shape);
  if (!found) return undefined;
  const size = tf.util.sizeFromShape(whole.shape);
  const lanes = size % 4 === 0 ? 4 : 1;
  const meet = lanes === 4 ? meetOf(found) : 'one';
  const element = lanes === 4 ? 'vec4f' : 'f32';
  const y = emptyTensor(backend, whole.shape, 'float32');
  dispatch(backend, {
    name: 'broadcast',
    parameters: { operator, repeats, lanes, place: placeOf(found), meet },
    code: broadcastCode,
    buffers: [
      { name: 'whole', element, tensor: whole, access: 'read' },
      { name: 'part', element: meet === 'vector' ? 'vec4f' : 'f32', tensor: part, access: 'read' },
      { name: 'y', element, tensor: y, access: 'update' },
    ],
    workgroups: flatGrid(size / lanes),
  });
  return y;
}

/** Neighbouring axes of the larger operand, outermost first, along which the smaller one runs along or repeats. */
type Run = { size: number; along: boolean };

/** undefined unless `part` is more than a scalar (which tfjs does well) and is, or repeats to give, `whole`. */
function runsOf(part: readonly number[], whole: readonly number[]): Run[] | undefined {
  if (part.length > whole.length) return undefined;
  const runs: Run[] = [];
  for (const [axis, size] of whole.entries()) {
    const own = part[axis - (whole.length - part.length)] ?? 1;
    if (own !== size && own !== 1) return undefined;
    if (size === 1) continue;
    const along = own === size;
    const last = runs.at(-1);
    if (last?.along === along) last.size *= size;
    else runs.push({ size, along });
  }
  return runs.some(({ along }) => along) ? runs : undefined;
}

function placeOf(runs: readonly Run[]): string {
  const [, second] = runs;
  if (!second) return 'j';
  if (runs.length === 2) return second.along ? 'j % arrayLength(&part)' : `j / ${second.size}u`;
  let step = 1;
  let own = 1;
  const terms: string[] = [];
  for (const { size, along } of runs.toReversed()) {
    if (along) terms.push(`j / ${step}u % ${size}u * ${own}u`);
    if (along) own *= size;
    step *= size;
  }
  return terms.join(' + ');
}

function meetOf(runs: readonly Run[]): Parameters['meet'] {
  const last = runs.at(-1);
  if (!last || last.size % 4 !== 0) return 'each';
  if (!last.along) return 'one';
  return runs.length <= 2 ? 'vector' : 'each';
}

function broadcastCode({ operator, repeats, lanes, place, meet }: Parameters): string {
  const at = (j: string) => `part[place(${j})]`;
  const each = [0, 1, 2, 3].map((k) => at(`4u * i + ${k}u`));
  const value = { vector: at('i'), one: at(`${lanes}u * i`), each: `vec4f(${each.join(', ')})` }[meet];
  return `fn place(j: u32) -> u32 { return ${place}; }
${flatMain('arrayLength(&y)', `  y[i] = ${repeats === 'b' ? `whole[i] ${operator} ${value}` : `${value} ${operator} whole[i]`};`)}`;
}
