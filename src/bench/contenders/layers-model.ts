/** A recipe as a tf.layers model with stock kernels, for the two tfjs contenders. */
import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { sizeOf } from '#lib/shape.ts';
import { describeAdapter, requestDevice } from '../device.ts';
import type { Problem } from '../problem.ts';
import { recipeOf, type ConvStep, type Step } from '../recipe.ts';

/** Opens tfjs's own WebGPU backend on a device with all the limits that the adapter has. */
export async function openStockTfjs(): Promise<{ adapter: string; isSoftware: boolean }> {
  tf.enableProdMode();
  const { adapter, device } = await requestDevice();
  if (tf.engine().registryFactory['webgpu']) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info), 3);
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs does not start on WebGPU');
  return describeAdapter(adapter);
}

/** The network with its starting weights; gives the logits of every task. */
export function layersModel(problem: Problem): tf.LayersModel {
  const builder = new Builder(problem);
  const { trunk, heads } = recipeOf(problem.plan);
  const input = tf.input({ shape: problem.plan.input.slice() });
  const shared = builder.stack(trunk, input);
  const outputs = heads.map((head) => builder.stack(head, shared));
  const model = tf.model({ inputs: input, outputs });
  builder.setWeights();
  return model;
}

/** The batch on the GPU, and one-hot labels of every task. */
export function layersBatch({ images, labels, plan, batchSize }: Problem): {
  x: tf.Tensor4D;
  y: tf.Tensor2D[];
} {
  const [height = 1, width = 1, channels = 1] = plan.input;
  const x = tf.tensor4d(images, [batchSize, height, width, channels]);
  const y = labels.map((classes, task) => {
    const units = plan.heads[task]?.layers.at(-1)?.output[0] ?? 1;
    return tf.tidy(() => tf.oneHot(tf.tensor1d(classes, 'int32'), units, 1, 0, 'float32') as tf.Tensor2D);
  });
  return { x, y };
}

export function adam({ learningRate }: Problem): tf.Optimizer {
  return tf.train.adam(learningRate, 0.9, 0.999, 1e-8); // PyTorch's epsilon; tfjs's own is 1e-7
}

class Builder {
  readonly #problem: Problem;
  readonly #loaders: (() => void)[] = [];

  constructor(problem: Problem) {
    this.#problem = problem;
  }

  stack(steps: readonly Step[], input: tf.SymbolicTensor): tf.SymbolicTensor {
    return steps.reduce((x, step) => this.#apply(step, x), input);
  }

  setWeights(): void {
    for (const load of this.#loaders) load();
  }

  #apply(step: Step, x: tf.SymbolicTensor): tf.SymbolicTensor {
    switch (step.kind) {
      case 'conv':
        return this.#conv(step, x);
      case 'residual': {
        const branch = step.branch.reduce((y, each) => this.#conv(each, y), x);
        const sum = tf.layers.add().apply([branch, step.shortcut ? this.#conv(step.shortcut, x) : x]);
        return tf.layers.reLU().apply(sum) as tf.SymbolicTensor;
      }
      case 'max-pool':
        return symbolic(tf.layers.maxPooling2d({ poolSize: step.size, strides: step.size }), x);
      case 'average':
        return symbolic(tf.layers.globalAveragePooling2d({}), x);
      case 'dense':
        return this.#dense(step, x);
    }
  }

  #conv({ filters, kernel, stride, padding, weight, bias, norm, relu }: ConvStep, x: tf.SymbolicTensor) {
    // "same" of tfjs is PyTorch's padding only where the stride is 1.
    const padsItself = padding === 0 || stride === 1;
    const padded = padsItself ? x : symbolic(tf.layers.zeroPadding2d({ padding }), x);
    const layer = tf.layers.conv2d({
      filters,
      kernelSize: kernel,
      strides: stride,
      padding: padding > 0 && padsItself ? 'same' : 'valid',
      useBias: bias !== undefined,
      ...(relu && !norm ? { activation: 'relu' } : {}),
    });
    this.#load(layer, () => [
      tf.transpose(this.#value(weight), [2, 3, 1, 0]),
      ...(bias ? [this.#value(bias)] : []),
    ]);
    const linear = symbolic(layer, padded);
    if (!norm) return linear;
    const batchNorm = tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5 });
    this.#load(batchNorm, () =>
      ['weight', 'bias', 'running_mean', 'running_var'].map((name) => this.#value(`${norm}.${name}`)),
    );
    const scaled = symbolic(batchNorm, linear);
    return relu ? symbolic(tf.layers.reLU(), scaled) : scaled;
  }

  #dense(step: Extract<Step, { kind: 'dense' }>, x: tf.SymbolicTensor): tf.SymbolicTensor {
    const { units, relu, input, weight, bias } = step;
    const layer = tf.layers.dense({ units, ...(relu ? { activation: 'relu' } : {}) });
    this.#load(layer, () => {
      const [height = 1, width = 1, channels = 1] = input;
      const planar = this.#value(weight); // [units, channels · height · width]
      const rows =
        input.length === 3
          ? planar.reshape([units, channels, height, width]).transpose([2, 3, 1, 0])
          : planar.transpose();
      return [rows.reshape([sizeOf(input), units]), this.#value(bias)];
    });
    return symbolic(layer, input.length === 3 ? symbolic(tf.layers.flatten(), x) : x);
  }

  #load(layer: tf.layers.Layer, values: () => tf.Tensor[]): void {
    this.#loaders.push(() => tf.tidy(() => layer.setWeights(values())));
  }

  #value(name: string): tf.Tensor {
    const found = this.#problem.start.find(({ spec }) => spec.name === name);
    if (!found) throw new Error(`The network has no parameter "${name}".`);
    return tf.tensor(found.values, found.spec.shape.slice());
  }
}

function symbolic(layer: tf.layers.Layer, x: tf.SymbolicTensor): tf.SymbolicTensor {
  return layer.apply(x) as tf.SymbolicTensor;
}
