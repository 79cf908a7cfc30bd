/** PCGrad: each task's gradient is projected off the gradients that it conflicts with. */
import { z } from 'zod';
import { shuffled, shuffleWgsl } from './solvers/shuffle.ts';
import { defineStrategy, type RuleInput, type RuleOutput } from './strategy.ts';

const schema = z.strictObject({});

export const pcgrad = defineStrategy({
  name: 'PCGrad',
  help: 'Where the gradients of two tasks point against each other, it removes from each the part that works against the other, and then adds up what is left. Tasks that agree train as with equal weights. Helps when tasks interfere; looks at two tasks at a time, so with many tasks some conflict may remain.',
  paper: {
    title: 'Gradient Surgery for Multi-Task Learning',
    authors: 'Yu, Kumar, Gupta, Levine, Hausman, Finn',
    venue: 'NeurIPS 2020',
    url: 'https://arxiv.org/abs/2001.06782',
  },
  differs:
    'Same as TorchJD. LibMTL also projects a gradient off its own original when earlier projections turned it against that (up to 2 % in the direction, where it happens), and adds 1e-8 to squared norms (0.3 % where norms spread from 1e-3 to 1e3); the paper does neither.',
  needs: 'gramian',
  schema,
  numbers: () => ({}),
  initialState: () => new Float64Array(),
  step,
  wgsl: {
    lanes: (tasks) => tasks,
    // Lane i projects the gradient of task i; its parts of the others' gradients lie at parts[i * tasks].
    code: `${shuffleWgsl}
var<workgroup> parts: array<f32, tasks * tasks>;

fn weigh(lane: u32) {
  let row = lane * tasks;
  for (var j = 0u; j < tasks; j++) { parts[row + j] = select(0f, 1f, j == lane); }
  shuffle(lane);
  for (var k = 0u; k < tasks; k++) {
    let j = order[k];
    var product = 0f;
    for (var m = 0u; m < tasks; m++) { product = fma(gramian[j * tasks + m], parts[row + m], product); }
    let square = gramian[j * tasks + j];
    if ((j != lane) & (product < 0f) & (square > 0f)) { parts[row + j] -= product / square; }
  }
  workgroupBarrier();
  var weight = 0f;
  for (var i = 0u; i < tasks; i++) { weight += parts[i * tasks + lane]; }
  weights[lane] = weight;
}`,
  },
});

/**
 * Works on coefficients: a projected gradient is Σⱼ partsⱼ·gⱼ, and taking gⱼ off it lowers partsⱼ by ⟨g, gⱼ⟩ / |gⱼ|². Each
 * gradient meets the others' originals in a random order. The direction is the sum of the projected gradients.
 */
function step({ losses, gramian, state, random }: RuleInput<unknown>): RuleOutput {
  const tasks = losses.length;
  const weights = new Float64Array(tasks);
  for (let i = 0; i < tasks; i++) {
    const parts = new Float64Array(tasks);
    parts[i] = 1;
    for (const j of shuffled(tasks, random)) {
      const product = parts.reduce((sum, part, m) => sum + (gramian[j * tasks + m] ?? 0) * part, 0);
      const square = gramian[j * tasks + j] ?? 0;
      if (j !== i && product < 0 && square > 0) parts[j] = (parts[j] ?? 0) - product / square;
    }
    for (const [j, part] of parts.entries()) weights[j] = (weights[j] ?? 0) + part;
  }
  return { weights, state };
}
