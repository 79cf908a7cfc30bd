/**
 * Activation functions number by number with their slopes in one kernel each way: of tfjs's operations GELU takes five
 * forward and a dozen back.
 */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, trackedTensor } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';

export type Curve = 'gelu' | 'silu' | 'leaky-relu';

/** f(x), and f′(x) times `d`, the gradient after it. */
type Formula = { value: string; gradient: string };

/**
 * GELU is x·Φ(x) with the exact normal distribution: Φ(x) = (1 + erf(x/√2)) / 2, φ its density. SiLU is x·σ(x).
 * @param type `f32` or `vec4f`
 */
const formulas: Record<Curve, (type: string) => Formula> = {
  gelu: () => ({
    value: 'x * normal(x)',
    gradient: 'd * fma(x, 0.3989423f * exp(-0.5f * x * x), normal(x))',
  }),
  silu: () => ({
    value: 'x * sigmoid(x)',
    gradient: 'd * sigmoid(x) * fma(x, 1f - sigmoid(x), one)',
  }),
  'leaky-relu': (type) => ({
    value: `select(x, 0.01f * x, x < ${type}())`,
    gradient: `select(0.01f * d, d, x > ${type}())`,
  }),
};

/** activation(x), differentiable; what is not a number stays so. */
export function curve(backend: tf.WebGPUBackend, kind: Curve, x: tf.Tensor): tf.Tensor {
  const operation = tf.customGrad((input, save) => {
    if (!(input instanceof tf.Tensor) || typeof save !== 'function') throw new Error('curve: needs a tensor');
    save([input]);
    return {
      value: run(backend, kind, [input]),
      gradFunc: (d: tf.Tensor, saved: tf.Tensor[]) => run(backend, kind, [...saved, d]),
    };
  });
  return operation(x);
}

/** The curve of x, or with d its gradient. */
function run(backend: tf.WebGPUBackend, kind: Curve, [x, d]: readonly tf.Tensor[]): tf.Tensor {
  if (!x) throw new Error('curve: needs a tensor');
  const lanes = x.size % 4 === 0 ? 4 : 1;
  const element = lanes === 4 ? 'vec4f' : 'f32';
  const y = emptyTensor(backend, x.shape, 'float32');
  dispatch(backend, {
    name: d ? 'curve-gradient' : 'curve',
    parameters: { kind, type: element },
    code: d ? gradientCode : valueCode,
    buffers: [
      { name: 'xs', element, tensor: x, access: 'read' },
      ...(d ? [{ name: 'ds', element, tensor: d, access: 'read' as const }] : []),
      { name: 'y', element, tensor: y, access: 'update' },
    ],
    workgroups: flatGrid(x.size / lanes),
  });
  return trackedTensor(backend, y);
}

type Parameters = { kind: Curve; type: string };

function valueCode({ kind, type }: Parameters): string {
  const { value } = formulas[kind](type);
  return `${functionsOf(type)}${flatMain('arrayLength(&y)', `  let x = xs[i];\n  y[i] = ${value};`)}`;
}

function gradientCode({ kind, type }: Parameters): string {
  const { gradient } = formulas[kind](type);
  const body = `  let x = xs[i];\n  let d = ds[i];\n  y[i] = ${gradient};`;
  return `${functionsOf(type)}${flatMain('arrayLength(&y)', body)}`;
}

/**
 * σ by e^−|x|, which does not overflow; Φ by Abramowitz & Stegun 7.1.26, to 1.5e-7, from the tail, so that it does not
 * cancel for x far below 0.
 */
function functionsOf(type: string): string {
  return `const one = ${type}(1f);
fn sigmoid(x: ${type}) -> ${type} {
  let small = exp(-abs(x));
  return select(small, one, x >= ${type}()) / (1f + small);
}
fn normal(x: ${type}) -> ${type} {
  let z = abs(x) * 0.70710677f;
  let t = 1f / fma(${type}(0.3275911f), z, one);
  var sum = fma(${type}(1.0614054f), t, ${type}(-1.4531521f));
  sum = fma(sum, t, ${type}(1.4214138f));
  sum = fma(sum, t, ${type}(-0.28449672f));
  sum = fma(sum, t, ${type}(0.2548296f));
  let tail = 0.5f * sum * t * exp(-z * z);
  return select(1f - tail, tail, x < ${type}());
}
`;
}
