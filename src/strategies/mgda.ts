/** MGDA: the shortest direction among all averages of the task gradients. */
import { z } from 'zod';
import { nonNegative, nonNegativeWgsl } from './solvers/nnqp.ts';
import { scale, scaleWgsl } from './solvers/scale.ts';
import { defineStrategy, type RuleInput, type RuleOutput } from './strategy.ts';

/** In an order that the WGSL knows: by the norm is odd, by the loss from 2 on. */
const normalisations = ['none', 'l2', 'loss', 'loss+'] as const;

const schema = z.strictObject({
  normalisation: z.enum(normalisations).default('none').meta({
    title: 'Normalisation',
    description: 'What each gradient is divided by first: nothing, its norm (l2), its loss, or both (loss+).',
  }),
  appliesTo: z.enum(['raw', 'normalised']).default('raw').meta({
    title: 'Applies to',
    description: 'The gradients that the weights then multiply.',
  }),
});

type Settings = z.infer<typeof schema>;

/** A loss by which a gradient is divided counts as at least this. */
const leastLoss = 1e-8;

export const mgda = defineStrategy({
  name: 'MGDA',
  help: 'Looks for the average of the task gradients that is shortest. A step against it lowers the losses of all tasks, to first order equally fast; where no such direction is left, it stops. Tasks with small gradients get large weights, so one that is nearly learnt can hold up the rest: normalising the gradients counters that.',
  paper: {
    title: 'Multi-Task Learning as Multi-Objective Optimization',
    authors: 'Sener, Koltun',
    venue: 'NeurIPS 2018',
    url: 'https://arxiv.org/abs/1810.04650',
  },
  differs:
    'Solved exactly, in finitely many steps. TorchJD stops after 100 steps of Frank and Wolfe: typically 0.1 % off in the direction, up to 14 % under conflict, and up to 30 times too long where norms spread from 1e-3 to 1e3. LibMTL keeps steps within 0.001 … 0.999: mostly less than 0.01 % off, but 10 to 93 % for such norms, and 1000 times too long with two tasks. With normalised gradients, LibMTL’s weights multiply those when it looks at parameters and the raw ones when it looks at the representation, as the authors’ code does; here a setting chooses. A task with neither loss nor gradient is not in the batch and is left out.',
  needs: 'gramian',
  schema,
  numbers: ({ normalisation, appliesTo }) => ({
    normalisation: normalisations.indexOf(normalisation),
    normalised: appliesTo === 'normalised' ? 1 : 0,
  }),
  initialState: () => new Float64Array(),
  step,
  wgsl: {
    code: `${scaleWgsl}${nonNegativeWgsl}
fn divisor(t: u32, kind: u32) -> f32 {
  let of_norm = select(1f, 1f / inverseNorms[t], (kind & 1u) == 1u);
  return of_norm * select(1f, max(losses[t], ${leastLoss}f), kind >= 2u);
}

fn weigh(lane: u32) {
  scale(lane, 0f);
  let kind = u32(setting_normalisation());
  var still = 0f;
  var largest = 0f;
  for (var t = 0u; t < tasks; t++) {
    let moves = inverseNorms[t] > 0f;
    rightSide[t] = select(0f, inverseNorms[t] * divisor(t, kind), moves);
    weights[t] = select(0f, 1f, !moves & (losses[t] != 0f) & ((kind & 1u) == 0u));
    largest = max(largest, rightSide[t]);
    still += weights[t];
  }
  if ((still == 0f) & (largest > 0f)) {
    for (var t = 0u; t < tasks; t++) { rightSide[t] /= largest; }
    nonNegative();
    for (var t = 0u; t < tasks; t++) {
      weights[t] = minimiser[t] * rightSide[t];
      still += weights[t];
    }
  }
  for (var t = 0u; t < tasks; t++) {
    let weight = select(weights[t] / still, 1f / f32(tasks), still == 0f);
    let moves = inverseNorms[t] > 0f;
    weights[t] = select(weight, weight / divisor(t, kind), moves & (setting_normalised() == 1f));
  }
}`,
  },
});

/**
 * With norms n, divisors s and cosines Q the programme is min ½·yᵀQy − Σ yₜ·sₜ/nₜ over y ≥ 0: its solution, y·s/n brought to
 * sum 1, is the shortest average of the g/s. A gradient of zero is itself shortest: its task gets all the weight.
 */
function step({ losses, gramian, state, settings }: RuleInput<Settings>): RuleOutput {
  const tasks = losses.length;
  const { cosines, inverseNorms } = scale(gramian, tasks);
  const divisors = divisorsOf(losses, inverseNorms, settings);
  const { normalisation, appliesTo } = settings;
  const byNorm = normalisation === 'l2' || normalisation === 'loss+';
  const still = inverseNorms.map((inverse, t) => (inverse === 0 && losses[t] !== 0 && !byNorm ? 1 : 0));
  const ratios = inverseNorms.map((inverse, t) => inverse * (divisors[t] ?? 1));
  const average = sumToOne(still) ?? sumToOne(shortest(cosines, ratios)) ?? still.fill(1 / tasks);
  if (appliesTo === 'raw') return { weights: average, state };
  return { weights: average.map((weight, t) => weight / (divisors[t] ?? 1)), state };
}

/** [T] what each gradient is divided by; 1 for one that is zero. */
function divisorsOf(losses: Float64Array, inverseNorms: Float64Array, { normalisation }: Settings) {
  return inverseNorms.map((inverse, t) => {
    if (inverse === 0 || normalisation === 'none') return 1;
    const loss = normalisation === 'l2' ? 1 : Math.max(losses[t] ?? 0, leastLoss);
    return normalisation === 'loss' ? loss : loss / inverse;
  });
}

/** [T] the shortest average, up to its scale, for ratios s/n. */
function shortest(cosines: Float64Array, ratios: Float64Array): Float64Array {
  const largest = ratios.reduce((most, ratio) => Math.max(most, ratio), 0);
  if (largest === 0) return ratios;
  const b = ratios.map((ratio) => ratio / largest);
  return nonNegative(cosines, b).map((value, t) => value * (b[t] ?? 0));
}

/** Undefined where all are zero. */
function sumToOne(values: Float64Array): Float64Array | undefined {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? values.map((value) => value / sum) : undefined;
}
