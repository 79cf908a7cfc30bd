/** Stock tfjs as its guide trains by hand: `optimizer.minimize` on the sum of the task losses. */
import * as tf from '@tensorflow/tfjs';
import type { Contender, Trained } from '../contender.ts';
import { adam, layersBatch, layersModel, openStockTfjs } from './layers-model.ts';

/** How many steps may be under way: memory is freed as they end. */
const stepsAhead = 8;

export const tfjs: Contender = {
  open: openStockTfjs,
  async build(problem) {
    const model = layersModel(problem);
    const { x, y } = layersBatch(problem);
    const optimizer = adam(problem);
    const loss = () => {
      const logits = [model.apply(x, { training: true })].flat() as tf.Tensor[];
      const losses = logits.map((each, task) => tf.losses.softmaxCrossEntropy(y[task] ?? each, each));
      return tf.addN(losses) as tf.Scalar;
    };
    return {
      async train(steps): Promise<Trained> {
        let [firstLoss, lastLoss, busy] = [Number.NaN, Number.NaN, 0];
        for (let i = 0; i < steps; i++) {
          const start = performance.now();
          const cost = optimizer.minimize(loss, true);
          busy += performance.now() - start;
          if (i === 0 || i === steps - 1 || i % stepsAhead === 0) {
            lastLoss = (await cost?.data())?.[0] ?? Number.NaN;
            if (i === 0) firstLoss = lastLoss;
          }
          cost?.dispose();
        }
        return { steps, firstLoss, lastLoss, scriptMilliseconds: busy / steps };
      },
    };
  },
};
