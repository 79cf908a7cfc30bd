/**
 * WGSL of batch norm. x is a table of rows (images and their pixels) by channels. A thread takes every so-many-th row of
 * one channel, or of four: neighbours read neighbouring numbers, and what a channel needs is loaded once.
 */
import { flatMain } from '../webgpu/grid.ts';
import { float } from '../webgpu/wgsl.ts';
import { activationCode, activationGradientCode, type FusedActivation } from './fused-activation.ts';

export type Table = {
  rows: number;
  channels: number;
  /** Channels that a thread takes: 1 or 4. */
  lanes: number;
  /** Threads that share the rows of a channel. */
  parts: number;
};

/**
 * Rows of `moments`, [4, channels]: mean, what the distance from it is multiplied by, what is added then (so that a mean
 * far from 0 costs no digits), and in training 1/√(variance + ε).
 */
const [meanRow, scaleRow, biasRow, inverseRow] = [0, 1, 2, 3];

/** WGSL type of what a thread takes at a time. */
function typeOf({ lanes }: Pick<Table, 'lanes'>): string {
  return lanes === 4 ? 'vec4f' : 'f32';
}

/** Entry point on `flatGrid(parts · channels / lanes)`: `before`, then `each` for every row at `at`, then `after`. */
function tableMain(
  { rows, channels, lanes, parts }: Table,
  before: string,
  each: string,
  after = '',
): string {
  const width = channels / lanes;
  return flatMain(
    `${parts * width}u`,
    `  let part = i / ${width}u;
  let channel = i % ${width}u;
${before}
  for (var row = part; row < ${rows}u; row += ${parts}u) {
    let at = row * ${width}u + channel;
${each}
  }
${after}`,
  );
}

function moment({ channels, lanes }: Table, row: number | undefined): string {
  return `moments[${((row ?? 0) * channels) / lanes}u + channel]`;
}

/** A function over one number or four, from its formula for one. */
function perNumber(
  table: Pick<Table, 'lanes'>,
  name: string,
  names: readonly string[],
  formula: string,
): string {
  const one = `fn ${name}_of(${names.map((each) => `${each}: f32`).join(', ')}) -> f32 { return ${formula}; }`;
  const type = typeOf(table);
  const calls = table.lanes === 4 ? ['x', 'y', 'z', 'w'].map((lane) => `.${lane}`) : [''];
  const values = calls.map((lane) => `${name}_of(${names.map((each) => each + lane).join(', ')})`);
  return `${one}
fn ${name}(${names.map((each) => `${each}: ${type}`).join(', ')}) -> ${type} { return ${type}(${values.join(', ')}); }
`;
}

/**
 * Mean and sum of squared distances from it, of each part and channel. Distances are taken from the part's first row, so
 * that a mean far from 0 costs no digits. Bindings: `x` read, `partial` written, [parts, channels / lanes, 2].
 */
export function statisticsCode(table: Table): string {
  const type = typeOf(table);
  return tableMain(
    table,
    `  let first = x[i];
  var sum = ${type}(0f);
  var squares = ${type}(0f);`,
    `    let distance = x[at] - first;
    sum += distance;
    squares = fma(distance, distance, squares);`,
    `  let mean = sum / f32((${table.rows - 1}u - part) / ${table.parts}u + 1u);
  partial[2u * i] = first + mean;
  partial[2u * i + 1u] = max(squares - sum * mean, ${type}(0f));`,
  );
}

/** What takes the parts of a table together. */
export type Finish = Table & {
  /** Threads for each channel: a divisor of 64. */
  threads: number;
};

const workgroup = 64;

/** Workgroups of `momentsCode` and `gradientSumsCode`. */
export function finishGrid({ channels, threads }: Finish): readonly [number, number, number] {
  return [Math.ceil((channels * threads) / workgroup), 1, 1];
}

/** Entry point that knows `channel`, its `lane` and, by `take_together`, the sum of a number over the lanes. */
function finishMain({ channels, lanes, threads }: Finish, body: string): string {
  return `var<workgroup> shared_sums: array<f32, ${workgroup}>;
fn take_together(value: f32, thread: u32) -> f32 {
  workgroupBarrier();
  shared_sums[thread] = value;
  workgroupBarrier();
  let first = thread / ${threads}u * ${threads}u;
  var sum = 0f;
  for (var k = 0u; k < ${threads}u; k++) { sum += shared_sums[first + k]; }
  return sum;
}
fn place(part: u32, channel: u32) -> u32 {
  return (part * ${channels / lanes}u + channel / ${lanes}u) * ${2 * lanes}u + channel % ${lanes}u;
}
@compute @workgroup_size(${workgroup})
fn main(@builtin(global_invocation_id) global: vec3u, @builtin(local_invocation_index) thread: u32) {
  let lane = thread % ${threads}u;
  let wanted = global.x / ${threads}u;
  let channel = min(wanted, ${channels - 1}u);
${body}
}`;
}

/**
 * Mean and variance of each channel from those of its parts (Chan, Golub & LeVeque 1983), what x is multiplied by and what
 * is added, and the running statistics. Bindings: `partial`, `weight`, `bias` read, `running_mean`, `running_var` moved,
 * `moments` written.
 */
export function momentsCode(settings: Finish & { epsilon: number; momentum: number }): string {
  const { rows, channels, lanes, parts, threads, epsilon, momentum } = settings;
  return finishMain(
    settings,
    `  var total = 0f;
  for (var part = lane; part < ${parts}u; part += ${threads}u) {
    total = fma(f32((${rows - 1}u - part) / ${parts}u + 1u), partial[place(part, channel)], total);
  }
  let mean = take_together(total, thread) / ${float(rows)};
  var squares = 0f;
  for (var part = lane; part < ${parts}u; part += ${threads}u) {
    let at = place(part, channel);
    let distance = partial[at] - mean;
    squares += fma(f32((${rows - 1}u - part) / ${parts}u + 1u) * distance, distance, partial[at + ${lanes}u]);
  }
  squares = take_together(squares, thread);
  if (lane > 0u || wanted >= ${channels}u) { return; }
  let inverse = 1f / sqrt(squares / ${float(rows)} + ${float(epsilon)});
  let scale = weight[channel] * inverse;
  moments[channel] = mean;
  moments[${channels}u + channel] = scale;
  moments[${2 * channels}u + channel] = bias[channel];
  moments[${3 * channels}u + channel] = inverse;
  running_mean[channel] = fma(${float(1 - momentum)}, running_mean[channel], ${float(momentum)} * mean);
  running_var[channel] = fma(${float(1 - momentum)}, running_var[channel], ${float(momentum / Math.max(1, rows - 1))} * squares);`,
  );
}

/** The first three rows of `moments` from the running statistics: `weight`, `bias`, `running_mean`, `running_var` read. */
export function evaluationCode({ channels, epsilon }: { channels: number; epsilon: number }): string {
  return flatMain(
    `${channels}u`,
    `  moments[i] = running_mean[i];
  moments[${channels}u + i] = weight[i] / sqrt(running_var[i] + ${float(epsilon)});
  moments[${2 * channels}u + i] = bias[i];`,
  );
}

type Applied = Table & { activation: FusedActivation; hasSkip: boolean };

/** What of the moments gives the value before the activation, and the value. */
function normalised(table: Table): { before: string; value: string } {
  return {
    before: `  let mean = ${moment(table, meanRow)};
  let scale = ${moment(table, scaleRow)};
  let bias = ${moment(table, biasRow)};`,
    value: 'fma(x[at] - mean, scale, bias)',
  };
}

/** Bindings: `x`, `moments`, perhaps `skip` (added before the activation) read, `y` written. */
export function applyCode(settings: Applied): string {
  const { activation, hasSkip } = settings;
  const { before, value } = normalised(settings);
  const activate = perNumber(settings, 'activate', ['z'], activationCode(activation, 'z'));
  const each = `    y[at] = activate(${hasSkip ? `${value} + skip[at]` : value});`;
  return `${activate}${tableMain(settings, before, each)}`;
}

/** The gradient before the activation: its slope follows from `y` where there is one, else from x once more. */
function slope(settings: Applied): { define: string; gradient: string } {
  const { activation, hasSkip } = settings;
  if (activation === 'none') return { define: '', gradient: 'dy[at]' };
  const define = perNumber(
    settings,
    'unactivate',
    ['g', 'z'],
    activationGradientCode(activation, 'g', 'z', 'f32'),
  );
  return { define, gradient: `unactivate(dy[at], ${hasSkip ? 'y[at]' : normalised(settings).value})` };
}

/**
 * Of each part and channel, with g the gradient before the activation: Σ g and Σ g·x̂. Bindings: `dy`, `x`, `moments`,
 * with an activation after a skip `y` read and `before` (all g, the gradient of what was added) written, and `partial`
 * written.
 */
export function sumsCode(settings: Applied): string {
  const type = typeOf(settings);
  const { define, gradient } = slope(settings);
  const keeps = settings.hasSkip && settings.activation !== 'none';
  return `${define}${tableMain(
    settings,
    `${normalised(settings).before}
  var sum = ${type}(0f);
  var along = ${type}(0f);`,
    `    let g = ${gradient};
    ${keeps ? 'before[at] = g;' : ''}
    sum += g;
    along = fma(g, x[at] - mean, along);`,
    `  partial[2u * i] = sum;
  partial[2u * i + 1u] = along * ${moment(settings, inverseRow)};`,
  )}`;
}

/** Takes the parts of `sumsCode` together. Bindings: `partial` read, `dbias`, `dweight` written. */
export function gradientSumsCode(table: Finish): string {
  const { channels, lanes, parts, threads } = table;
  return finishMain(
    table,
    `  var sum = 0f;
  var along = 0f;
  for (var part = lane; part < ${parts}u; part += ${threads}u) {
    let at = place(part, channel);
    sum += partial[at];
    along += partial[at + ${lanes}u];
  }
  sum = take_together(sum, thread);
  along = take_together(along, thread);
  if (lane > 0u || wanted >= ${channels}u) { return; }
  dbias[channel] = sum;
  dweight[channel] = along;`,
  );
}

/**
 * (g − mean(g) − x̂·mean(g·x̂)) · scale (Ioffe & Szegedy 2015, https://arxiv.org/abs/1502.03167). Bindings: `dy` (of an
 * activation after a skip, what `sumsCode` wrote), `x`, `moments`, `dbias`, `dweight` read, `dx` written.
 */
export function inputGradientCode(settings: Applied): string {
  const { rows } = settings;
  // After a skip the slope is in `dy` already.
  const { define, gradient } = slope(settings.hasSkip ? { ...settings, activation: 'none' } : settings);
  return `${define}${tableMain(
    settings,
    `${normalised(settings).before}
  let along = dweight[channel] * ${moment(settings, inverseRow)} / ${float(rows)};
  let mean_gradient = dbias[channel] / ${float(rows)};`,
    `    let g = ${gradient};
    dx[at] = scale * (g - fma(x[at] - mean, along, mean_gradient));`,
  )}`;
}
