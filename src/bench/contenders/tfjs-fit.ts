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

    const clock = timeBatches(model);

    /** `fit` on `batches` batches, `epochs` times. Returns the mean loss of every epoch. */
    async function fit(batches: number, epochs: number): Promise<number[]> {
      const repeat = (tensor: tf.Tensor) => tensor.tile([batches, ...tensor.shape.slice(1).map(() => 1)]);
      const [x, ...y] = [one.x, ...one.y].map(repeat);
      if (!x) throw new Error('model.fit needs images.');
      const { history } = await model.fit(x, y, {
        batchSize,
        epochs,
        shuffle: false,
        verbose: 0,
        yieldEvery: 'never',
      });
      tf.dispose([x, ...y]);
      return (history['loss'] ?? []).map((each) =>
        typeof each === 'number' ? each : (each.dataSync()[0] ?? Number.NaN),
      );
    }

    return {
      async train(steps): Promise<Trained> {
        const batches = Math.min(steps, batchesPerEpoch);
        const epochs = Math.ceil(steps / batches);
        clock.busy = 0;
        const losses = await fit(batches, epochs);
        const done = batches * epochs;
        // Means of an epoch's losses: exact where an epoch is one batch, as the very first one is.
        const [firstLoss = Number.NaN] = losses;
        return {
          steps: done,
          firstLoss,
          lastLoss: losses.at(-1) ?? Number.NaN,
          scriptMilliseconds: clock.busy / done,
        };
      },
    };
  },
};

/** Milliseconds in the calls that train a batch. A callback would not do: for one, `fit` reads every loss back. */
function timeBatches(model: tf.LayersModel): { busy: number } {
  const clock = { busy: 0 };
  // Protected in its types; `fit` asks for it once per call.
  const open = model as unknown as { makeTrainFunction(): (data: tf.Tensor[]) => tf.Scalar[] };
  const make = open.makeTrainFunction.bind(model);
  open.makeTrainFunction = () => {
    const train = make();
    return (data) => {
      const start = performance.now();
      const losses = train(data);
      clock.busy += performance.now() - start;
      return losses;
    };
  };
  return clock;
}
