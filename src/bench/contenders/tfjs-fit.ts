/** Stock tfjs at its shortest: `model.fit` with the data set, one batch repeated, on the GPU. */
import * as tf from '@tensorflow/tfjs';
import type { Contender, Trained } from '../contender.ts';
import { adam, layersBatch, layersModel, openStockTfjs } from './layers-model.ts';

/** Batches per epoch; after an epoch `fit` reads the losses back. */
const batchesPerEpoch = 8;

export const tfjsFit: Contender = {
  open: openStockTfjs,
  async build(problem) {
    const model = layersModel(problem);
    const { batchSize } = problem;
    const one = layersBatch(problem);
    const crossEntropy = (truth: tf.Tensor, logits: tf.Tensor) =>
      tf.losses.softmaxCrossEntropy(truth, logits);
    model.compile({ optimizer: adam(problem), loss: one.y.map(() => crossEntropy) });

    /** `fit` on `batches` batches, `epochs` times. Pushes the losses by batch where told. */
    async function fit(batches: number, epochs: number): Promise<{ losses: number[]; busy: number }> {
      const repeat = (tensor: tf.Tensor) => tensor.tile([batches, ...tensor.shape.slice(1).map(() => 1)]);
      const [x, ...y] = [one.x, ...one.y].map(repeat);
      if (!x) throw new Error('model.fit needs images.');
      let [start, busy] = [0, 0];
      const { history } = await model.fit(x, y, {
        batchSize,
        epochs,
        shuffle: false,
        verbose: 0,
        yieldEvery: 'never',
        callbacks: {
          onBatchBegin: () => void (start = performance.now()),
          onBatchEnd: () => void (busy += performance.now() - start),
        },
      });
      tf.dispose([x, ...y]);
      const losses = (history['loss'] ?? []).map((each) =>
        typeof each === 'number' ? each : (each.dataSync()[0] ?? Number.NaN),
      );
      return { losses, busy };
    }

    return {
      async train(steps): Promise<Trained> {
        const batches = Math.min(steps, batchesPerEpoch);
        const epochs = Math.ceil(steps / batches);
        const { losses, busy } = await fit(batches, epochs);
        const done = batches * epochs;
        // Means of an epoch's losses: exact where an epoch is one batch, as the very first one is.
        const [firstLoss = Number.NaN] = losses;
        return {
          steps: done,
          firstLoss,
          lastLoss: losses.at(-1) ?? Number.NaN,
          scriptMilliseconds: busy / done,
        };
      },
    };
  },
};
