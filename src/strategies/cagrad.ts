/** CAGrad: near the average gradient, the direction that is best for the task that it helps least. */
import { z } from 'zod';
import { choleskyWgsl } from './solvers/cholesky.ts';
import { bestForWorst, bestForWorstWgsl } from './solvers/max-min.ts';
import { scale, scaleWgsl } from './solvers/scale.ts';
import { defineStrategy, type RuleInput, type RuleOutput } from './strategy.ts';

const rescalings = ['none', 'squared', 'linear'] as const;

const schema = z.strictObject({
  c: z.number().min(0).max(10).default(0.5).meta({
    title: 'Distance c',
    description:
      'How far the direction may lie from the average gradient, in lengths of that: 0 is the average itself. At 1 and more it need no longer lower the average loss.',
  }),
  rescale: z.enum(rescalings).default('squared').meta({
    title: 'Rescaling',
    description: 'What the direction is divided by: nothing, 1 + c² (squared) or 1 + c (linear).',
  }),
});

type Settings = z.infer<typeof schema>;

export const cagrad = defineStrategy({
  name: 'CAGrad',
  help: 'Looks around the average gradient for the direction that helps most the task which it helps least, no farther away than c times the average’s own length. So no task is left behind, yet the average loss still falls as long as c is below 1. Helps when tasks conflict; start with c = 0.4 or 0.5.',
  paper: {
    title: 'Conflict-Averse Gradient Descent for Multi-task Learning',
    authors: 'Liu, Liu, Jin, Stone, Liu',
    venue: 'NeurIPS 2021',
    url: 'https://arxiv.org/abs/2110.14048',
  },
  differs:
    'Solved exactly, in finitely many steps. LibMTL’s solver stops at an absolute tolerance, so that small gradients keep equal weights (6 to 31 % off in the direction for norms of 1e-3, up to 110 % for norms from 1e-3 to 1e3; else up to 0.1 %). TorchJD is exact where it answers, but returns zero where gradients are short (trace of the Gramian below 1e-4), where they all but cancel, or where one task has none; here that task has no say and the others go on. Rescaling is LibMTL’s, and 1 + c² its default; TorchJD and the paper have none.',
  needs: 'gramian',
  schema,
  numbers: ({ c, rescale }) => ({ c, divisor: divisorOf({ c, rescale }) }),
  initialState: () => new Float64Array(),
  step,
  wgsl: {
    lanes: (tasks) => (tasks > 8 ? 32 : 1),
    code: `${scaleWgsl}${choleskyWgsl}${bestForWorstWgsl}
fn weigh(lane: u32) {
  scale(lane, 0f);
  best_for_worst(lane, setting_c());
  for (var t = lane; t < tasks; t += lanes) {
    weights[t] = (1f / f32(tasks) + pulls[t] * inverseNorms[t]) / setting_divisor();
  }
}`,
  },
});

function divisorOf({ c, rescale }: Settings): number {
  return { none: 1, squared: 1 + c * c, linear: 1 + c }[rescale];
}

/** The mean of the gradients, and what the task that gains least wants added to it. */
function step({ losses, gramian, state, settings }: RuleInput<Settings>): RuleOutput {
  const tasks = losses.length;
  const scaled = scale(gramian, tasks);
  const pulls = bestForWorst(scaled, settings.c);
  const divisor = divisorOf(settings);
  const weights = pulls.map((pull, t) => (1 / tasks + pull * (scaled.inverseNorms[t] ?? 0)) / divisor);
  return { weights, state };
}
