/** FairGrad: shares the progress among the tasks by α-fairness. */
import { z } from 'zod';
import { choleskyWgsl } from './solvers/cholesky.ts';
import { equilibrium, newtonWgsl } from './solvers/newton.ts';
import { scale, scaleWgsl } from './solvers/scale.ts';
import { defineStrategy, type RuleInput, type RuleOutput } from './strategy.ts';

const schema = z.strictObject({
  alpha: z.number().min(0.5).max(10).default(1).meta({
    title: 'Fairness α',
    description:
      '1 gives every task the same relative progress; more favours the task that gets least, less the sum of all.',
  }),
});

type Settings = z.infer<typeof schema>;

export const fairGrad = defineStrategy({
  name: 'FairGrad',
  help: 'Shares the progress of a step among the tasks as networks share bandwidth: α says how much the ones that get little matter. With α = 1 it is Nash-MTL without its limit on the length of the step; with larger α it comes closer to helping only the task that is worst off. Helps when a few tasks fall behind. The step grows as the gradients shrink, so it may need a smaller learning rate.',
  paper: {
    title: 'Fair Resource Allocation in Multi-Task Learning',
    authors: 'Ban, Ji',
    venue: 'ICML 2024',
    url: 'https://arxiv.org/abs/2402.15638',
  },
  differs:
    'Solved exactly, by Newton’s method. LibMTL minimises squared residuals to a fixed tolerance: the same within 1e-8 mostly, but for α = 1 up to 20 % off for gradients of norm 1e-3, and 34 % (α = 2: 88 %) for norms from 1e-3 to 1e3. Where the gradients cancel each other out there is no solution, and the weights are those for gradients at right angles. TorchJD has no FairGrad.',
  needs: 'gramian',
  schema,
  numbers: ({ alpha }) => ({ alpha }),
  initialState: () => new Float64Array(),
  step,
  wgsl: {
    lanes: (tasks) => (tasks > 8 ? 32 : 1),
    code: `${scaleWgsl}${choleskyWgsl}${newtonWgsl}
fn weigh(lane: u32) {
  let q = 1f / setting_alpha();
  scale(lane, 0f);
  var least = 1e30;
  for (var t = 0u; t < tasks; t++) { least = select(least, min(least, inverseNorms[t]), inverseNorms[t] > 0f); }
  for (var t = lane; t < tasks; t += lanes) {
    goals[t] = select(1f, pow(inverseNorms[t] / least, 1f - q), inverseNorms[t] > 0f);
  }
  let solved = equilibrium(lane, q);
  let unit = pow(least, (1f - q) / (1f + q));
  for (var t = lane; t < tasks; t += lanes) {
    let u = select(pow(goals[t], 1f / (1f + q)), point[t], solved);
    weights[t] = unit * u * inverseNorms[t];
  }
}`,
  },
});

/**
 * x with (G·x)ᵢ = xᵢ^−q, q = 1/α. With r the gradients' norms over the largest, m, and x = m^(−2/(1+q))·u/r that is
 * (Q·u)ᵢ = rᵢ^(q−1)·uᵢ^−q, Q being their cosines.
 */
function step({ losses, gramian, state, settings }: RuleInput<Settings>): RuleOutput {
  const q = 1 / settings.alpha;
  const { cosines, inverseNorms } = scale(gramian, losses.length);
  const least = inverseNorms.reduce(
    (most, inverse) => (inverse > 0 ? Math.min(most, inverse) : most),
    Infinity,
  );
  const goals = inverseNorms.map((inverse) => (inverse > 0 ? (inverse / least) ** (1 - q) : 1));
  const found = equilibrium(cosines, goals, q) ?? goals.map((goal) => goal ** (1 / (1 + q)));
  const unit = least < Infinity ? least ** ((1 - q) / (1 + q)) : 0;
  return { weights: found.map((u, t) => unit * u * (inverseNorms[t] ?? 0)), state };
}
