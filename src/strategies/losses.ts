/** What rules that look at losses share: which tasks count, and weights by exponentials that do not overflow. */

/** A loss of 0 is that of a task without labels in the batch (or one learned to perfection): nothing to weigh. */
const leastLoss = 1e-20;

export function counts(loss: number): boolean {
  return loss > leastLoss;
}

/** Numbers that add up to 1, as the exponentials of `logits` are to one another; 0 where a logit is undefined. */
export function softmax(logits: readonly (number | undefined)[]): Float64Array {
  const largest = Math.max(...logits.map((logit) => logit ?? -Infinity));
  const powers = logits.map((logit) => (logit === undefined ? 0 : Math.exp(logit - largest)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return Float64Array.from(powers, (power) => (sum === 0 ? 0 : power / sum));
}

/** `counts(loss)`. */
export const countsWgsl = `
fn counts(loss: f32) -> bool { return loss > ${leastLoss}f; }
`;

/** `softmax_weights()` turns the logits in \`weights\` into numbers that add up to 1; -1e30 or less stands for undefined. */
export const softmaxWgsl = `
fn softmax_weights() {
  var largest = weights[0];
  for (var t = 1u; t < tasks; t++) { largest = max(largest, weights[t]); }
  var sum = 0f;
  for (var t = 0u; t < tasks; t++) {
    let power = select(0f, exp(weights[t] - largest), weights[t] > -1e30f);
    weights[t] = power;
    sum += power;
  }
  for (var t = 0u; t < tasks; t++) { weights[t] = select(weights[t] / sum, 0f, sum == 0f); }
}
`;
