/** Aligned-MTL: the sum of task gradients made orthogonal and equally long. */
import { z } from 'zod';
import { eigen, jacobiWgsl } from './solvers/jacobi.ts';
import { defineStrategy, type RuleInput, type RuleOutput } from './strategy.ts';

const modes = ['min', 'median', 'rmse'] as const;

const schema = z.strictObject({
  scaleMode: z.enum(modes).default('min').meta({
    title: 'Length',
    description:
      'How long the aligned gradients are: as the shortest principal direction (min), the median one, or their root mean square (rmse). The longer, the faster and the less stable.',
  }),
  tolerance: z.number().min(1e-16).max(1e-2).default(1e-7).meta({
    title: 'Rank tolerance',
    description:
      'A principal direction counts as absent where its squared length, times the number of tasks, is below this share of the longest one’s.',
  }),
});

type Settings = z.infer<typeof schema>;

/** Finer than this float32 cannot tell a direction from rounding. */
const finest = 1e-7;

export const alignedMtl = defineStrategy({
  name: 'Aligned-MTL',
  help: 'Replaces the task gradients by the closest ones that are at right angles and equally long, and adds these up: tasks can then neither conflict nor dominate. With the length “min” the step is as short as the weakest direction among the gradients, so it is stable but may be slow. Helps when gradients conflict or differ in size. Tasks whose gradients are about a thousand times shorter than others are not seen at all.',
  paper: {
    title: 'Independent Component Alignment for Multi-Task Learning',
    authors: 'Senushkin, Patakin, Kuznetsov, Konushin',
    venue: 'CVPR 2023',
    url: 'https://arxiv.org/abs/2305.19000',
  },
  differs:
    'Same as LibMTL (which has only “min”); TorchJD’s mean over the tasks is 1/T of it. Which directions count as absent is a matter of rounding in both: here it is a setting, near what they do in float32, so that the weights are the same on the GPU and elsewhere. On the GPU it is at least 1e-7.',
  needs: 'gramian',
  schema,
  numbers: ({ scaleMode, tolerance }) => ({ mode: modes.indexOf(scaleMode), tolerance }),
  initialState: () => new Float64Array(),
  step,
  wgsl: {
    lanes: (tasks) => (tasks > 8 ? 64 : 1),
    code: `${jacobiWgsl}
var<workgroup> parts: array<f32, tasks>;
var<workgroup> middle: f32;

fn weigh(lane: u32) {
  var largest = 0f;
  for (var t = 0u; t < tasks; t++) { largest = max(largest, gramian[t * tasks + t]); }
  for (var k = lane; k < tasks * tasks; k += lanes) {
    symmetric[k] = select(gramian[k] / largest, 0f, largest == 0f);
  }
  eigen(lane);
  var most = 0f;
  for (var k = 0u; k < tasks; k++) { most = max(most, symmetric[k * tasks + k]); }
  let cut = most * f32(tasks) * max(setting_tolerance(), ${finest}f);
  var rank = 0u;
  var sum = 0f;
  var least = most;
  for (var k = 0u; k < tasks; k++) {
    let value = symmetric[k * tasks + k];
    if (value > cut) {
      rank++;
      sum += value;
      least = min(least, value);
    }
  }
  for (var k = lane; k < tasks; k += lanes) {
    let value = symmetric[k * tasks + k];
    var below = 0u;
    var total = 0f;
    for (var j = 0u; j < tasks; j++) {
      let other = symmetric[j * tasks + j];
      below += select(0u, 1u, (other > cut) & ((other < value) | ((other == value) & (j < k))));
      total += vectors[j * tasks + k];
    }
    if ((value > cut) & (below == (rank - 1u) / 2u)) { middle = value; }
    parts[k] = select(0f, total * inverseSqrt(value), value > cut);
  }
  workgroupBarrier();
  let mode = u32(setting_mode());
  let length = sqrt(select(select(sum / f32(rank), middle, mode == 1u), least, mode == 0u));
  for (var t = lane; t < tasks; t += lanes) {
    var weight = 0f;
    for (var k = 0u; k < tasks; k++) { weight = fma(vectors[t * tasks + k], parts[k], weight); }
    weights[t] = select(weight * length, 1f, rank == 0u);
  }
}`,
  },
});

/** √σ·V·Λ^(−½)·Vᵀ·1 with G = V·Λ·Vᵀ, over the eigenvalues that count, σ being one of them or their mean. */
function step({ losses, gramian, state, settings }: RuleInput<Settings>): RuleOutput {
  const tasks = losses.length;
  const { values, vectors } = eigen(gramian, tasks);
  const cut = Math.max(...values) * tasks * settings.tolerance;
  const counted = values.filter((value) => value > cut).toSorted();
  if (counted.length === 0) return { weights: new Float64Array(tasks).fill(1), state };
  const scale = {
    min: counted[0] ?? 0,
    median: counted[Math.floor((counted.length - 1) / 2)] ?? 0,
    rmse: counted.reduce((sum, value) => sum + value, 0) / counted.length,
  }[settings.scaleMode];
  const parts = values.map((value, k) => {
    if (value <= cut) return 0;
    let total = 0;
    for (let t = 0; t < tasks; t++) total += vectors[t * tasks + k] ?? 0;
    return total * Math.sqrt(scale / value);
  });
  const weights = values.map((_, t) =>
    parts.reduce((sum, part, k) => sum + part * (vectors[t * tasks + k] ?? 0), 0),
  );
  return { weights, state };
}
