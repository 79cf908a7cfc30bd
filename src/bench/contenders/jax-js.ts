/** jax-js (https://jax-js.com): the whole step, Adam included, as one jitted function. */
import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import type { Contender, Trained } from '../contender.ts';
import { describeAdapter } from '../device.ts';
import type { Problem } from '../problem.ts';
import { recipeOf, type ConvStep, type Recipe, type Step } from '../recipe.ts';

type Parameters = Record<string, np.Array>;
/** Parameters, Adam's two moments, steps done. */
type State = { parameters: Parameters; first: Parameters; second: Parameters; count: np.Array };

const stepsAhead = 8;

export const jaxJs: Contender = {
  async open() {
    const devices = await init('webgpu');
    if (!devices.includes('webgpu')) throw new Error('jax-js finds no WebGPU.');
    defaultDevice('webgpu');
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) throw new Error('WebGPU finds no usable graphics adapter.');
    return describeAdapter(adapter);
  },
  async build(problem) {
    const { x, y } = batchOf(problem);
    const step = jit(stepOf(problem, recipeOf(problem.plan)));
    let state = initialState(problem);
    return {
      async train(steps): Promise<Trained> {
        let [firstLoss, lastLoss, busy] = [Number.NaN, Number.NaN, 0];
        for (let i = 0; i < steps; i++) {
          const start = performance.now();
          const [next, loss] = step(
            state,
            x.ref,
            y.map((each) => each.ref),
          );
          state = next;
          busy += performance.now() - start;
          if (i === 0 || i === steps - 1 || i % stepsAhead === 0) {
            lastLoss = (await loss.data())[0] ?? Number.NaN;
            if (i === 0) firstLoss = lastLoss;
          } else loss.dispose();
        }
        await blockUntilReady(state);
        return { steps, firstLoss, lastLoss, scriptMilliseconds: busy / steps };
      },
    };
  },
};

/** Images as [batch, channels, height, width], the layout of its convolutions, and one-hot labels. */
function batchOf({ images, labels, plan, batchSize }: Problem): { x: np.Array; y: np.Array[] } {
  const [height = 1, width = 1, channels = 1] = plan.input;
  const planar = new Float32Array(images.length);
  const area = height * width;
  for (let i = 0; i < images.length; i++) {
    const [pixel, channel] = [Math.floor(i / channels), i % channels];
    const [sample, place] = [Math.floor(pixel / area), pixel % area];
    planar[(sample * channels + channel) * area + place] = images[i] ?? 0;
  }
  const y = labels.map((classes, task) => {
    const units = plan.heads[task]?.layers.at(-1)?.output[0] ?? 1;
    const hot = new Float32Array(batchSize * units);
    for (const [sample, label] of classes.entries()) hot[sample * units + label] = 1;
    return np.array(hot).reshape([batchSize, units]);
  });
  return { x: np.array(planar).reshape([batchSize, channels, height, width]), y };
}

function initialState({ start }: Problem): State {
  const trainable = start.filter(({ spec }) => spec.trainable);
  const build = (value: (index: number) => np.Array): Parameters =>
    Object.fromEntries(trainable.map(({ spec }, i) => [spec.name, value(i)]));
  const zeros = (i: number) => np.zeros(trainable[i]?.spec.shape.slice() ?? []);
  return {
    parameters: build((i) =>
      np.array(trainable[i]?.values ?? []).reshape(trainable[i]?.spec.shape.slice() ?? []),
    ),
    first: build(zeros),
    second: build(zeros),
    count: np.array(0),
  };
}

/** One step: the new state, and the sum of the task losses before it. Arrays are consumed where they are passed on. */
function stepOf({ learningRate, batchSize }: Problem, recipe: Recipe) {
  const lossOf = (parameters: Parameters, x: np.Array, y: np.Array[]): np.Array => {
    const losses = forward(recipe, parameters, x).map((logits, task) => {
      const truth = y[task];
      if (!truth) throw new Error('A head has no labels.');
      return nn
        .logSoftmax(logits)
        .mul(truth)
        .sum()
        .mul(-1 / batchSize);
    });
    return losses.reduce((a, b) => a.add(b));
  };
  const differentiate = valueAndGrad(lossOf);
  return ({ parameters, first, second, count }: State, x: np.Array, y: np.Array[]): [State, np.Array] => {
    const names = Object.keys(parameters);
    const held = Object.fromEntries(names.map((name) => [name, get(parameters, name).ref]));
    const [loss, gradients] = differentiate(held, x, y);
    const steps = count.add(1);
    const next: State = { parameters: {}, first: {}, second: {}, count: steps.ref };
    const [bias1, bias2] = [0.9, 0.999].map((beta) =>
      np
        .exp(steps.ref.mul(Math.log(beta)))
        .mul(-1)
        .add(1),
    );
    steps.dispose();
    if (!bias1 || !bias2) throw new Error('unreachable');
    for (const name of names) {
      const gradient = get(gradients, name);
      const m = get(first, name).mul(0.9).add(gradient.ref.mul(0.1));
      const v = get(second, name).mul(0.999).add(np.square(gradient).mul(0.001));
      const change = m.ref.div(bias1.ref).div(np.sqrt(v.ref.div(bias2.ref)).add(1e-8));
      next.parameters[name] = get(parameters, name).sub(change.mul(learningRate));
      next.first[name] = m;
      next.second[name] = v;
    }
    bias1.dispose();
    bias2.dispose();
    return [next, loss];
  };
}

function get(arrays: Parameters, name: string): np.Array {
  const array = arrays[name];
  if (!array) throw new Error(`The network has no parameter "${name}".`);
  return array;
}

/** Logits of every task. */
function forward({ trunk, heads }: Recipe, parameters: Parameters, x: np.Array): np.Array[] {
  const stack = (steps: readonly Step[], input: np.Array) =>
    steps.reduce((y, step) => apply(step, parameters, y), input);
  const shared = stack(trunk, x);
  const outputs = heads.map((head) => stack(head, shared.ref));
  shared.dispose();
  return outputs;
}

function apply(step: Step, parameters: Parameters, x: np.Array): np.Array {
  switch (step.kind) {
    case 'conv':
      return conv(step, parameters, x);
    case 'residual': {
      const [first, second] = step.branch;
      const branch = conv(second, parameters, conv(first, parameters, x.ref));
      return nn.relu(branch.add(step.shortcut ? conv(step.shortcut, parameters, x) : x));
    }
    case 'max-pool':
      return lax.reduceWindow(x, np.max, [step.size, step.size], [step.size, step.size]);
    case 'average':
      return x.mean([2, 3]);
    case 'dense': {
      const rows = x.shape[0] ?? 1;
      const weight = get(parameters, step.weight).transpose(); // [features, units]
      const linear = np.matmul(x.reshape([rows, -1]), weight).add(get(parameters, step.bias));
      return step.relu ? nn.relu(linear) : linear;
    }
  }
}

function conv(step: ConvStep, parameters: Parameters, x: np.Array): np.Array {
  const { stride, padding, bias, norm, filters, relu } = step;
  const pad: [number, number] = [padding, padding];
  const perChannel = (name: string) => get(parameters, name).reshape([filters, 1, 1]);
  let y = lax.convGeneralDilated(x, get(parameters, step.weight), [stride, stride], [pad, pad]);
  if (bias) y = y.add(perChannel(bias));
  // Running statistics are left out: no contender needs them to train.
  if (norm)
    y = normalise(y)
      .mul(perChannel(`${norm}.weight`))
      .add(perChannel(`${norm}.bias`));
  return relu ? nn.relu(y) : y;
}

function normalise(x: np.Array): np.Array {
  const axes = [0, 2, 3];
  const centred = x.ref.sub(x.mean(axes, { keepdims: true }));
  const variance = np.square(centred.ref).mean(axes, { keepdims: true });
  return centred.div(np.sqrt(variance.add(1e-5)));
}
