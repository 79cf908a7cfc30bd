/** GradNorm: learns weights by which all tasks pull with gradients of like size, slower tasks a little more. */
import { z } from 'zod';
import { learn, learned, learning, learningNumbers, learningSize, learnWgsl } from './learned.ts';
import { counts, countsWgsl, softmax, softmaxWgsl } from './losses.ts';
import { defineStrategy, type RuleInput } from './strategy.ts';

/** Least weight of a task in the paper's form, before all are scaled to add up to T. */
const leastWeight = 1e-4;

const schema = z.strictObject({
  form: z.enum(['libmtl', 'paper']).default('libmtl').meta({
    title: 'Form',
    description:
      'LibMTL learns the logits of a softmax, and compares with the losses of the first epoch; the paper learns the weights themselves, and compares with the losses of the first step.',
  }),
  alpha: z.number().min(0).max(10).default(1.5).meta({
    title: 'Pull α',
    description: 'How much more a task should pull that learns slower than the others; 0: all alike.',
  }),
  ...learning(0.025),
});

type Settings = z.infer<typeof schema>;

export const gradnorm = defineStrategy({
  name: 'Gradient normalisation (GradNorm)',
  help: 'Looks at how long each task’s gradient is, and learns weights that make them similar, a little longer for tasks that are behind. Balances tasks whose gradients differ in size, so that none drowns the others; it looks at lengths only, not at whether the gradients contradict one another.',
  paper: {
    title: 'GradNorm: Gradient Normalization for Adaptive Loss Balancing in Deep Multitask Networks',
    authors: 'Chen, Badrinarayanan, Lee, Rabinovich',
    venue: 'ICML 2018',
    url: 'https://arxiv.org/abs/1711.02257',
  },
  differs:
    'Both forms agree with their references. LibMTL leaves the logits to the network’s optimiser; here they have their own. LibMTL takes norms over all shared parameters; here also those by the shared representation may be chosen. Tasks without a loss are left out.',
  needs: 'gramian',
  remembers: true,
  schema,
  numbers: (settings) => ({
    ...learningNumbers(settings),
    alpha: settings.alpha,
    paper: settings.form === 'paper' ? 1 : 0,
  }),
  initialState: (tasks) => learned(new Float64Array(tasks).fill(1), tasks + 1),
  /**
   * Minimises Σ |w_t·n_t − mean(w·n)·r_t^α|, the second term held fixed, where r are the losses in relation to the first ones L0,
   * over their mean. The weights of a step are those before it. The state: see learned.ts; behind it L0, [T], and the number
   * of steps done.
   */
  step({ losses, gramian, state, settings, stepsPerEpoch }) {
    const tasks = losses.length;
    const at = learningSize(tasks);
    const steps = state[at + tasks] ?? 0;
    const measured = settings.form === 'paper' ? 1 : stepsPerEpoch;
    const values = state.slice(0, tasks);
    const weights =
      settings.form === 'paper' ? ofSumT(values) : softmax(Array.from(values)).map((share) => tasks * share);
    const next = state.slice();
    next[at + tasks] = steps + 1;
    if (steps < measured)
      for (const [t, loss] of losses.entries()) next[at + t] = (next[at + t] ?? 0) + loss / measured;
    const begins = settings.form === 'paper' || steps >= measured;
    const moved = begins ? adapt(next, { losses, gramian, settings }, weights) : next;
    return { weights, heads: weights, state: moved };
  },
  wgsl: {
    weighsHeads: true,
    code: `${countsWgsl}${softmaxWgsl}${learnWgsl}
const first = 3u * tasks + 2u;
// A task's loss in relation to its first one; 0 where it does not count.
fn relation(t: u32) -> f32 {
  if (!(counts(losses[t]) & counts(state[first + t]))) { return 0f; }
  return losses[t] / state[first + t];
}
fn norm(t: u32) -> f32 { return sqrt(max(gramian[t * tasks + t], 0f)); }
fn adapt() {
  var counted = 0f;
  var length = 0f;
  var relations = 0f;
  for (var t = 0u; t < tasks; t++) {
    let part = relation(t);
    if (part > 0f) {
      counted += 1f;
      length = fma(weights[t], norm(t), length);
      relations += part;
    }
  }
  if (counted == 0f) { return; }
  var slope: array<f32, tasks>;
  var mean = 0f;
  for (var t = 0u; t < tasks; t++) {
    let part = relation(t);
    slope[t] = 0f;
    if (part > 0f) {
      let aim = length / counted * pow(part / relations * counted, setting_alpha());
      slope[t] = sign(fma(weights[t], norm(t), -aim)) * norm(t);
    }
    mean = fma(weights[t], slope[t] / f32(tasks), mean);
  }
  begin_learning();
  let paper = setting_paper() != 0f;
  for (var t = 0u; t < tasks; t++) { learn(t, select(weights[t] * (slope[t] - mean), slope[t], paper)); }
  if (paper) { normalise(); }
}
// The paper's weights: above zero, and adding up to T.
fn normalise() {
  var sum = 0f;
  for (var t = 0u; t < tasks; t++) {
    state[t] = max(state[t], ${leastWeight}f);
    sum += state[t];
  }
  for (var t = 0u; t < tasks; t++) { state[t] *= f32(tasks) / sum; }
}
fn weigh(lane: u32) {
  let paper = setting_paper() != 0f;
  let steps = state[first + tasks];
  let measured = select(f32(stepsPerEpoch), 1f, paper);
  state[first + tasks] += 1f;
  if (paper) { normalise(); }
  for (var t = 0u; t < tasks; t++) {
    weights[t] = state[t];
    if (steps < measured) { state[first + t] += losses[t] / measured; }
  }
  if (!paper) {
    softmax_weights();
    for (var t = 0u; t < tasks; t++) { weights[t] *= f32(tasks); }
  }
  for (var t = 0u; t < tasks; t++) { heads[t] = weights[t]; }
  if (paper | (steps >= measured)) { adapt(); }
}`,
  },
});

/** Weights of the paper's form: above zero, and adding up to T; also where the values come from the other form. */
function ofSumT(values: Float64Array): Float64Array {
  const positive = values.map((value) => Math.max(value, leastWeight));
  const sum = positive.reduce((total, weight) => total + weight, 0);
  return positive.map((weight) => (weight * values.length) / sum);
}

/** The state after a step of the weights. */
function adapt(
  state: Float64Array,
  { losses, gramian, settings }: Pick<RuleInput<Settings>, 'losses' | 'gramian' | 'settings'>,
  weights: Float64Array,
): Float64Array {
  const tasks = losses.length;
  const norms = losses.map((_, t) => Math.sqrt(Math.max(gramian[t * tasks + t] ?? 0, 0)));
  const first = state.slice(learningSize(tasks));
  const relations = losses.map((loss, t) =>
    counts(loss) && counts(first[t] ?? 0) ? loss / (first[t] ?? 1) : 0,
  );
  const counted = relations.filter((part) => part > 0).length;
  if (counted === 0) return state;
  const sum = relations.reduce((total, part) => total + part, 0);
  const lengths = weights.map((weight, t) => weight * (norms[t] ?? 0));
  const length =
    lengths.reduce((total, each, t) => total + ((relations[t] ?? 0) > 0 ? each : 0), 0) / counted;
  const slope = relations.map((part, t) => {
    if (part === 0) return 0;
    const aim = length * ((part / sum) * counted) ** settings.alpha;
    return Math.sign((lengths[t] ?? 0) - aim) * (norms[t] ?? 0);
  });
  if (settings.form === 'paper') {
    const next = learn(state, [...slope], settings);
    next.set(ofSumT(next.subarray(0, tasks)));
    return next;
  }
  const mean = slope.reduce((total, each, t) => total + ((weights[t] ?? 0) * each) / tasks, 0);
  return learn(
    state,
    Array.from(slope, (each, t) => (weights[t] ?? 0) * (each - mean)),
    settings,
  );
}
