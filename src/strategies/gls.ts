/** Geometric loss strategy: the tasks train on the geometric mean of their losses. */
import { z } from 'zod';
import { counts, countsWgsl } from './losses.ts';
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
  differs:
    'The gradient is LibMTL’s; the weights that LibMTL returns beside it are wrong by their formula. A task whose loss is 0, which LibMTL cannot take, is left out of the mean.',
  needs: 'losses',
  schema,
  numbers: () => ({}),
  initialState: () => new Float64Array(),
  /**
   * w_t = (∏ L)^(1/T) / (T·L_t), the gradient of the geometric mean; by logarithms, since a product of many overflows. Over
   * the tasks that have a loss.
   */
  step({ losses, state }) {
    const counted = losses.filter(counts);
    const mean = Math.exp(counted.reduce((sum, loss) => sum + Math.log(loss), 0) / counted.length);
    return { weights: losses.map((loss) => (counts(loss) ? mean / (counted.length * loss) : 0)), state };
  },
  wgsl: {
    code: `${countsWgsl}
fn weigh(lane: u32) {
  var sum = 0f;
  var counted = 0f;
  for (var t = 0u; t < tasks; t++) {
    if (counts(losses[t])) {
      sum += log(losses[t]);
      counted += 1f;
    }
  }
  let mean = exp(sum / max(counted, 1f));
  for (var t = 0u; t < tasks; t++) {
    weights[t] = 0f;
    if (counts(losses[t])) { weights[t] = mean / (counted * losses[t]); }
  }
}`,
  },
});
