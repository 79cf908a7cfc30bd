/** Random loss weighting: new weights at every step, by chance. */
import { z } from 'zod';
import { softmax, softmaxWgsl } from './losses.ts';
import { defineStrategy } from './strategy.ts';

const schema = z.strictObject({});

export const rlw = defineStrategy({
  name: 'Random weights (RLW)',
  help: 'Draws new weights for the losses at every step: normal random numbers, made to add up to 1. Over many steps all tasks count the same, but the noise can help to leave poor solutions. A cheap check for every cleverer method: one that does not beat it weighs no better than chance.',
  paper: {
    title: 'Reasonable Effectiveness of Random Weighting: A Litmus Test for Multi-Task Learning',
    authors: 'Lin, Ye, Zhang, Tsang',
    venue: 'TMLR 2022',
    url: 'https://arxiv.org/abs/2111.10603',
  },
  differs:
    'The same as LibMTL and TorchJD. The weights add up to 1, so that the step is T times shorter than with equal weights.',
  needs: 'losses',
  schema,
  numbers: () => ({}),
  initialState: () => new Float64Array(),
  /** w = softmax(z), z normal by Box and Muller. */
  step({ losses, state, random }) {
    const normals = Array.from(losses, () => {
      const radius = Math.sqrt(-2 * Math.log(1 - random()));
      return radius * Math.cos(2 * Math.PI * random());
    });
    return { weights: softmax(normals), state };
  },
  wgsl: {
    code: `${softmaxWgsl}
fn weigh(lane: u32) {
  for (var t = 0u; t < tasks; t++) {
    let radius = sqrt(max(-2f * log(1f - random(2u * t)), 0f));
    weights[t] = radius * cos(${2 * Math.PI}f * random(2u * t + 1u));
  }
  softmax_weights();
}`,
  },
});
