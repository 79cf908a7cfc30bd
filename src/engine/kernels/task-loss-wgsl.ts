/**
 * WGSL of the task losses. Legend: x an output, y its target, m 1 where labelled and else 0; a row is a sample of the batch.
 * `stats` holds {@link statsWidth} numbers for each row of each task, task after task, and behind them the factor of each
 * task's gradient.
 */
import { flatMain } from '../webgpu/grid.ts';
import { float } from '../webgpu/wgsl.ts';

/** A loss of outputs [batch, width] by labels [samples, columns]. */
export type LossRule =
  /**
   * torch.nn.CrossEntropyLoss: with smoothing s over K classes, (1 − s)·w_y·(−log p_y) + s/K·Σ_k w_k·(−log p_k), and the
   * mean divides by Σ w_y. Metric: accuracy.
   */
  | { kind: 'softmax'; smoothing: number; classWeights: readonly number[] | null }
  /** torch.nn.BCEWithLogitsLoss: pos_weight·y·softplus(−x) + (1 − y)·softplus(x). Metric: accuracy. */
  | { kind: 'sigmoid'; positiveWeight: number }
  /** torch.nn.MSELoss. Metric: mean absolute error. */
  | { kind: 'squared' }
  /** torch.nn.HuberLoss. Metric: mean absolute error. */
  | { kind: 'huber'; delta: number };

export type TaskShape = {
  rule: LossRule;
  batch: number;
  width: number;
  columns: number;
  /** Place of the task's first row among those of all tasks. */
  first: number;
};

/** Σ m·loss, Σ m·weight, Σ m·metric, Σ m; of softmax also the highest output and log Σ exp(x − highest). */
export const statsWidth = 6;

const workgroup = 64;

/** Workgroups of `rowsCode`. */
export function rowsGrid(batch: number, lanes: number): readonly [number, number, number] {
  return [Math.ceil((batch * lanes) / workgroup), 1, 1];
}

/**
 * The statistics of each row. Bindings: `outputs`, `targets`, `masks`, `rows` (i32) read, `stats` written.
 * @param lanes threads that share a row: a power of 2, at most 64
 */
export function rowsCode({ lanes, ...shape }: TaskShape & { lanes: number }): string {
  const { rule, batch, width, first } = shape;
  return `${classWeights(rule)}${lanes > 1 ? shareCode(lanes) : ''}
@compute @workgroup_size(${workgroup})
fn main(@builtin(global_invocation_id) global: vec3u, @builtin(local_invocation_index) thread: u32) {
  let lane = thread % ${lanes}u;
  let b = min(global.x / ${lanes}u, ${batch - 1}u);
  let sample = u32(rows[b]);
  let x0 = b * ${width}u;
${rule.kind === 'softmax' ? softmaxRow(rule, shape, lanes) : elementRow(rule, shape, lanes)}
  if (lane > 0u || global.x / ${lanes}u >= ${batch}u) { return; }
  let at = (${first}u + b) * ${statsWidth}u;
  for (var k = 0u; k < ${statsWidth}u; k++) { stats[at + k] = found[k]; }
}`;
}

/** `sum_of_row` and `highest_of_row` over the lanes of a row. */
function shareCode(lanes: number): string {
  const take = (name: string, combine: string) => `
fn ${name}(value: f32, thread: u32) -> f32 {
  workgroupBarrier();
  lane_values[thread] = value;
  workgroupBarrier();
  let first = thread / ${lanes}u * ${lanes}u;
  var result = lane_values[first];
  for (var k = 1u; k < ${lanes}u; k++) { result = ${combine}; }
  return result;
}`;
  return `var<workgroup> lane_values: array<f32, ${workgroup}>;${take('sum_of_row', 'result + lane_values[first + k]')}${take('highest_of_row', 'max(result, lane_values[first + k])')}`;
}

const together = (lanes: number, how: 'sum' | 'highest', value: string) =>
  lanes > 1 ? `${how}_of_row(${value}, thread)` : value;

/** The sample is right where no other output is higher, nor an earlier one as high. */
function softmaxRow(
  { smoothing, classWeights: weights }: Extract<LossRule, { kind: 'softmax' }>,
  { width }: TaskShape,
  lanes: number,
): string {
  const sum = (value: string) => together(lanes, 'sum', value);
  const spread = smoothing > 0;
  return `  let labelled = masks[sample];
  let truth = u32(targets[sample]);
  let own = outputs[x0 + truth];
  var highest = -3.4e38f;
  for (var k = lane; k < ${width}u; k += ${lanes}u) { highest = max(highest, outputs[x0 + k]); }
  highest = ${together(lanes, 'highest', 'highest')};
  var total = 0f;
  var above = 0f;
  var spread = 0f;
  for (var k = lane; k < ${width}u; k += ${lanes}u) {
    let x = outputs[x0 + k];
    total += exp(x - highest);
    above += select(0f, 1f, (x > own) | ((x == own) & (k < truth)));
    ${spread ? `spread += ${weights ? 'class_weights[k] * ' : ''}(highest - x);` : ''}
  }
  total = ${sum('total')};
  above = ${sum('above')};
  spread = ${spread ? sum('spread') : '0f'};
  let log_total = log(total);
  let weight = ${weights ? 'class_weights[truth]' : '1f'};
  let smoothed = ${float(smoothing / width)} * fma(${float(sumOf(weights, width))}, log_total, spread);
  let loss = fma(${float(1 - smoothing)} * weight, log_total + (highest - own), smoothed);
  let found = array<f32, ${statsWidth}>(
    labelled * loss, labelled * weight, select(0f, labelled, above == 0f), labelled, highest, log_total);`;
}

/** Σ w_k; without weights all are 1. */
function sumOf(weights: readonly number[] | null, width: number): number {
  return weights ? weights.reduce((sum, weight) => sum + weight, 0) : width;
}

function classWeights(rule: LossRule): string {
  if (rule.kind !== 'softmax' || !rule.classWeights) return '';
  const { classWeights: weights } = rule;
  return `const class_weights = array<f32, ${weights.length}>(${weights.map(float).join(', ')});\n`;
}

type ElementRule = Exclude<LossRule, { kind: 'softmax' }>;

function elementRow(rule: ElementRule, { columns }: TaskShape, lanes: number): string {
  const sum = (value: string) => together(lanes, 'sum', value);
  return `  var loss = 0f;
  var metric = 0f;
  var labelled = 0f;
  for (var j = lane; j < ${columns}u; j += ${lanes}u) {
    let x = outputs[x0 + j];
    let y = targets[sample * ${columns}u + j];
    let m = masks[sample * ${columns}u + j];
${elementLoss(rule)}
    labelled += m;
  }
  loss = ${sum('loss')};
  metric = ${sum('metric')};
  labelled = ${sum('labelled')};
  let found = array<f32, ${statsWidth}>(loss, labelled, metric, labelled, 0f, 0f);`;
}

function elementLoss(rule: ElementRule): string {
  if (rule.kind === 'sigmoid') {
    // softplus(x) = max(x, 0) + log(1 + exp(−|x|)), and softplus(−x) = softplus(x) − x.
    return `    let softplus = max(x, 0f) + log(1f + exp(-abs(x)));
    loss = fma(m, fma(${float(rule.positiveWeight)} * y, softplus - x, (1f - y) * softplus), loss);
    metric += select(0f, m, (x > 0f) == (y > 0.5f));`;
  }
  // With c the error clipped to ±δ, c·(e − c/2) is e²/2 inside and δ·(|e| − δ/2) outside.
  const loss =
    rule.kind === 'squared' ? 'e * e' : `${clipped(rule.delta)} * fma(-0.5f, ${clipped(rule.delta)}, e)`;
  return `    let e = x - y;
    loss = fma(m, ${loss}, loss);
    metric = fma(m, abs(e), metric);`;
}

const clipped = (delta: number) => `clamp(e, ${float(-delta)}, ${float(delta)})`;

const finishThreads = 256;

/**
 * From the rows of T tasks (at most {@link finishThreads}): T losses, T metrics and T label counts, and each task's factor
 * 1 / Σ. All 0 where nothing is labelled. One workgroup, in which each task has as many threads as the next. Bindings:
 * `stats` completed, `report`, `losses` written.
 */
export function finishCode({ tasks, batch }: { tasks: number; batch: number }): string {
  const lanes = finishThreads / 2 ** Math.ceil(Math.log2(tasks));
  return `var<workgroup> sums: array<vec4f, ${finishThreads}>;
@compute @workgroup_size(${finishThreads})
fn main(@builtin(local_invocation_index) thread: u32) {
  let task = thread / ${lanes}u;
  let lane = thread % ${lanes}u;
  var sum = vec4f(0f);
  if (task < ${tasks}u) {
    for (var b = lane; b < ${batch}u; b += ${lanes}u) {
      let at = (task * ${batch}u + b) * ${statsWidth}u;
      sum += vec4f(stats[at], stats[at + 1u], stats[at + 2u], stats[at + 3u]);
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (lane == 0u && task < ${tasks}u) {
    for (var k = 1u; k < ${lanes}u; k++) { sum += sums[thread + k]; }
    let divisor = select(sum.y, 1f, sum.y == 0f);
    let loss = sum.x / divisor;
    losses[task] = loss;
    report[task] = loss;
    report[${tasks}u + task] = sum.z / select(sum.w, 1f, sum.w == 0f);
    report[${2 * tasks}u + task] = sum.w;
    stats[${tasks * batch * statsWidth}u + task] = 1f / divisor;
  }
}`;
}

/**
 * The gradient by the outputs. Bindings: `outputs`, `targets`, `masks`, `rows` (i32), `stats`, `dy` (of the losses) read,
 * `dx` written.
 * @param factor place of the task's factor in `stats`
 * @param task its place among the losses
 */
export function lossGradientCode({
  factor,
  task,
  ...shape
}: TaskShape & { factor: number; task: number }): string {
  const { rule, batch, width, first } = shape;
  return `${classWeights(rule)}${flatMain(
    `${batch * width}u`,
    `  let b = i / ${width}u;
  let k = i % ${width}u;
  let sample = u32(rows[b]);
  let x = outputs[i];
${rule.kind === 'softmax' ? softmaxGradient(rule, width, first) : elementGradient(rule, shape)}
  dx[i] = dy[${task}] * stats[${factor}] * m * slope;`,
  )}`;
}

/** (1 − s)·w_y·(p_k − [k = y]) + s/K·(Σ w·p_k − w_k). */
function softmaxGradient(
  { smoothing, classWeights: weights }: Extract<LossRule, { kind: 'softmax' }>,
  width: number,
  first: number,
): string {
  const spread = `fma(${float(sumOf(weights, width))}, p, -${weights ? 'class_weights[k]' : '1f'})`;
  return `  let m = masks[sample];
  let truth = u32(targets[sample]);
  let at = (${first}u + b) * ${statsWidth}u;
  let p = exp(x - stats[at + 4u] - stats[at + 5u]);
  let own = ${float(1 - smoothing)} * ${weights ? 'class_weights[truth]' : '1f'} * (p - select(0f, 1f, k == truth));
  let slope = ${smoothing > 0 ? `fma(${float(smoothing / width)}, ${spread}, own)` : 'own'};`;
}

function elementGradient(rule: ElementRule, { columns }: TaskShape): string {
  return `  let y = targets[sample * ${columns}u + k];
  let m = masks[sample * ${columns}u + k];
${elementSlope(rule)}`;
}

function elementSlope(rule: ElementRule): string {
  if (rule.kind === 'sigmoid') {
    // e^−|x| does not overflow; the two forms of the sigmoid meet at 0.
    return `  let small = exp(-abs(x));
  let s = select(small, 1f, x >= 0f) / (1f + small);
  let slope = fma(${float(rule.positiveWeight)} * y, s - 1f, (1f - y) * s);`;
  }
  return `  let e = x - y;
  let slope = ${rule.kind === 'squared' ? '2f * e' : clipped(rule.delta)};`;
}
