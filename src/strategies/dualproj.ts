/** DualProj: the mean gradient is projected to where it harms no task. */
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

export const dualproj = defineStrategy({
  name: 'DualProj',
  help: 'Changes the mean of the task gradients as little as possible so that a step against it harms no task. Acts only where the mean itself conflicts with a task; then a task that most others work against is held where it is, while they go on. Comes from learning without forgetting earlier tasks (GEM).',
  paper: {
    title: 'Gradient Episodic Memory for Continual Learning',
    authors: 'Lopez-Paz, Ranzato',
    venue: 'NeurIPS 2017',
    url: 'https://arxiv.org/abs/1706.08840',
  },
  differs: projectionDiffers,
  needs: 'gramian',
  schema: projectionSchema,
  numbers: projectionNumbers,
  initialState: () => new Float64Array(),
  step,
  wgsl: {
    code: `${scaleWgsl}${nonNegativeWgsl}${projectionWgsl}
fn weigh(lane: u32) {
  scale(lane, setting_regularisation() * trace());
  var largest = 0f;
  for (var t = 0u; t < tasks; t++) { largest = max(largest, norm(t)); }
  let unit = select(0f, 1f / largest, largest > 0f);
  for (var j = 0u; j < tasks; j++) {
    rightSide[j] = 0f;
    for (var k = 0u; k < tasks; k++) {
      rightSide[j] = fma(-cosines[j * tasks + k], norm(k) * unit, rightSide[j]);
    }
  }
  nonNegative();
  let projects = trace() >= setting_normEpsilon();
  for (var t = 0u; t < tasks; t++) {
    let added = select(0f, minimiser[t] * largest * inverseNorms[t], projects);
    weights[t] = preferred() * (1f + added);
  }
}`,
  },
});

/**
 * The projection of Σ gₖ onto {d : Jd ≥ 0} is Σ gₖ + Jᵀx for the x ≥ 0 that makes it shortest. With norms n, their largest
 * N, cosines Q and x = y·N/n that is min ½·yᵀQy + Σⱼ yⱼ Σₖ Qⱼₖnₖ/N over y ≥ 0.
 */
function step({ losses, gramian, state, settings }: RuleInput<ProjectionSettings>): RuleOutput {
  const tasks = losses.length;
  const even = new Float64Array(tasks).fill(preferred(settings, tasks));
  const scaled = conflicts(gramian, tasks, settings);
  if (!scaled) return { weights: even, state };
  const { cosines, inverseNorms } = scaled;
  const norms = inverseNorms.map((inverse) => (inverse === 0 ? 0 : 1 / inverse));
  const largest = Math.max(...norms);
  if (largest === 0) return { weights: even, state };
  const b = norms.map((_, j) =>
    norms.reduce((rest, norm, k) => rest - (cosines[j * tasks + k] ?? 0) * (norm / largest), 0),
  );
  const y = nonNegative(cosines, b);
  const added = y.map((value, t) => value * largest * (inverseNorms[t] ?? 0));
  return { weights: even.map((weight, t) => weight * (1 + (added[t] ?? 0))), state };
}
