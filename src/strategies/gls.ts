/** Geometric loss strategy: the tasks train on the geometric mean of their losses. */
import { z } from 'zod';
import { defineStrategy } from './strategy.ts';

const schema = z.strictObject({});

export const gls = defineStrategy({
  name: 'Geometric mean (GLS)',
  help: 'Trains on the geometric mean of the losses instead of their sum, so that halving a small loss counts as much as halving a large one. Helps when losses are on different scales; needs losses above zero.',
  paper: {
    title: 'MultiNet++: Multi-Stream Feature Aggregation and Geometric Loss Strategy for Multi-Task Learning',
    authors: 'Chennupati, Sistu, Yogamani, Rawashdeh',
    venue: 'CVPR Workshops 2019',
    url: 'https://arxiv.org/abs/1904.08492',
  },
  needs: 'losses',
  schema,
  numbers: () => ({}),
  initialState: () => new Float64Array(),
  /** w_t = (∏ L)^(1/T) / (T·L_t), the gradient of the geometric mean; by logarithms, since a product of many overflows. */
  step({ losses, state }) {
    const count = losses.length;
    const mean = Math.exp(losses.reduce((sum, loss) => sum + Math.log(loss), 0) / count);
    return { weights: losses.map((loss) => mean / (count * loss)), state };
  },
  wgsl: {
    code: `fn weigh(lane: u32) {
  var sum = 0f;
  for (var t = 0u; t < tasks; t++) { sum += log(losses[t]); }
  let mean = exp(sum / f32(tasks));
  for (var t = 0u; t < tasks; t++) { weights[t] = mean / (f32(tasks) * losses[t]); }
}`,
  },
});
