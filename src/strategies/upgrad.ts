/** UPGrad: each task's gradient is projected to where it harms no task; the direction is their mean. */
import { nonNegative, nonNegativeWgsl } from './solvers/nnqp.ts';
import {
  conflicts,
  preferred,
  projectionDiffers,
  projectionNumbers,
  projectionSchema,
  projectionWgsl,
  type ProjectionSettings,
} from './solvers/projection.ts';
import { scaleWgsl } from './solvers/scale.ts';
import { defineStrategy, type RuleInput, type RuleOutput } from './strategy.ts';

export const upgrad = defineStrategy({
  name: 'UPGrad',
  help: 'Changes each task’s gradient as little as possible so that a step against it harms no task, and averages the results. Unlike PCGrad it looks at all tasks at once, so that no conflict remains; unlike MGDA, tasks with large gradients keep their pace. Where nothing conflicts it is the mean gradient.',
  paper: {
    title: 'Jacobian Descent for Multi-Objective Optimization',
    authors: 'Quinton, Rey',
    venue: 'arXiv 2024',
    url: 'https://arxiv.org/abs/2406.16232',
  },
  differs: projectionDiffers,
  needs: 'gramian',
  schema: projectionSchema,
  numbers: projectionNumbers,
  initialState: () => new Float64Array(),
  step,
  wgsl: {
    lanes: (tasks) => tasks,
    // Lane i projects the gradient of task i; the others' parts in it lie at parts[i * tasks].
    code: `${scaleWgsl}${nonNegativeWgsl}${projectionWgsl}
var<workgroup> parts: array<f32, tasks * tasks>;

fn weigh(lane: u32) {
  scale(lane, setting_regularisation() * trace());
  for (var j = 0u; j < tasks; j++) { rightSide[j] = -cosines[j * tasks + lane]; }
  nonNegative();
  for (var j = 0u; j < tasks; j++) { parts[lane * tasks + j] = minimiser[j] * norm(lane); }
  workgroupBarrier();
  var added = 0f;
  for (var i = 0u; i < tasks; i++) { added += parts[i * tasks + lane]; }
  let projects = trace() >= setting_normEpsilon();
  weights[lane] = preferred() * (1f + select(0f, added * inverseNorms[lane], projects));
}`,
  },
});

/**
 * The projection of gᵢ onto {d : Jd ≥ 0} is gᵢ + Jᵀx for the x ≥ 0 that makes it shortest. With norms n, cosines Q and
 * x = y·nᵢ/n that is min ½·yᵀQy + Σⱼ Qⱼᵢyⱼ over y ≥ 0, whatever the norms.
 */
function step({ losses, gramian, state, settings }: RuleInput<ProjectionSettings>): RuleOutput {
  const tasks = losses.length;
  const weights = new Float64Array(tasks).fill(1);
  const scaled = conflicts(gramian, tasks, settings);
  for (const [i, inverse] of scaled?.inverseNorms.entries() ?? []) {
    if (!scaled || inverse === 0) continue;
    const b = scaled.inverseNorms.map((_, j) => -(scaled.cosines[j * tasks + i] ?? 0));
    for (const [j, y] of nonNegative(scaled.cosines, b).entries())
      weights[j] = (weights[j] ?? 0) + (y / inverse) * (scaled.inverseNorms[j] ?? 0);
  }
  return { weights: weights.map((weight) => weight * preferred(settings, tasks)), state };
}
