/**
 * WGSL of the depthwise convolution and its gradients: every channel of x has filters of its own, and nothing else. As
 * loads are what costs, a thread computes some neighbouring pixels from one window of x. Conditions are joined by `&`, not
 * `&&`, which would be a branch each: compilers take minutes over dozens of them.
 */
import { flatMain, mapsMain, type Maps } from '../webgpu/grid.ts';
import { activationCode, type FusedActivation } from './fused-activation.ts';
import { times } from './unroll.ts';

/** Pairs are [down, right]. */
export type Depthwise = {
  images: number;
  input: readonly [number, number];
  output: readonly [number, number];
  channels: number;
  /** Filters of each channel; those of a channel are neighbours in y. */
  multiplier: number;
  taps: readonly [number, number];
  stride: readonly [number, number];
  /** Zeros before the first row and column. */
  pad: readonly [number, number];
};

/** Pixels of a thread. */
const strip = 4;

/** What the threads of `depthwiseCode` run over. */
export function outputStrips({ images, output, channels, multiplier }: Depthwise): Maps {
  return { images, rows: output[0], columns: Math.ceil(output[1] / strip), channels: channels * multiplier };
}

/** What the threads of `depthwiseInputGradientCode` run over. */
export function inputBlocks({ images, input, channels, stride }: Depthwise): Maps {
  const [down, right] = isStrided(stride) ? stride : [1, strip];
  return { images, rows: Math.ceil(input[0] / down), columns: Math.ceil(input[1] / right), channels };
}

function isStrided(stride: readonly [number, number]): boolean {
  return stride[0] > 1 || stride[1] > 1;
}

type Fused = { shape: Depthwise; bias: boolean; activation: FusedActivation };

/** Bindings: `x`, `w` [down, right, channels, multiplier] read, `bias` where there is one, `y` written. */
export function depthwiseCode({ shape, bias, activation }: Fused): string {
  const { input, output, channels, multiplier, taps, stride, pad } = shape;
  const filters = channels * multiplier;
  const span = (strip - 1) * stride[1] + taps[1];
  return mapsMain(
    outputStrips(shape),
    `${windowPlaces(`column * ${strip * stride[1]} - ${pad[1]}`, span, input[1], channels)}
  for (var down = 0; down < ${taps[0]}; down++) {
    let iy = row * ${stride[0]} - ${pad[0]} + down;
    let start = (image * ${input[0]} + clamp(iy, 0, ${input[0] - 1})) * ${input[1] * channels} + channel / ${multiplier};
    let tap = down * ${taps[1] * filters} + channel;
${addRow('x', `u32(iy) < ${input[0]}u`, span, taps[1], filters, (p, t) => p * stride[1] + t)}
  }
${bias ? times(strip, (p) => `  s${p} += bias[channel];`).join('\n') : ''}
${times(strip, (p) => `  s${p} = ${activationCode(activation, `s${p}`)};`).join('\n')}
${storeStrip('y', output, filters)}`,
  );
}

/** Bindings: `dy`, `w` read, `dx` written. */
export function depthwiseInputGradientCode(shape: Depthwise): string {
  const { input, output, channels, multiplier, taps, stride, pad } = shape;
  if (isStrided(stride)) return blockInputGradientCode(shape);
  const filters = channels * multiplier;
  const span = strip - 1 + taps[1];
  return mapsMain(
    inputBlocks(shape),
    `${windowPlaces(`column * ${strip} + ${pad[1] - taps[1] + 1}`, span, output[1], filters)}
  for (var down = 0; down < ${taps[0]}; down++) {
    let oy = row + ${pad[0]} - down;
    for (var m = 0; m < ${multiplier}; m++) {
      let start = (image * ${output[0]} + clamp(oy, 0, ${output[0] - 1})) * ${output[1] * filters} + channel * ${multiplier} + m;
      let tap = down * ${taps[1] * filters} + channel * ${multiplier} + m;
${addRow('dy', `u32(oy) < ${output[0]}u`, span, taps[1], filters, (p, t) => p + taps[1] - 1 - t)}
    }
  }
${storeStrip('dx', input, channels)}`,
  );
}

/** `o0`, `o1`…: where each column of the window lies in its row; `m0`, `m1`…: whether it is in the image. And the sums. */
function windowPlaces(left: string, span: number, width: number, step: number): string {
  const places = times(
    span,
    (i) =>
      `  let o${i} = clamp(left + ${i}, 0, ${width - 1}) * ${step}; let m${i} = u32(left + ${i}) < ${width}u;`,
  );
  return [`  let left = ${left};`, ...places, ...times(strip, (p) => `  var s${p} = 0f;`)].join('\n');
}

/** Adds one row of taps to the strip. */
function addRow(
  from: string,
  inside: string,
  span: number,
  taps: number,
  filters: number,
  column: (p: number, t: number) => number,
): string {
  const loads = times(
    span,
    (i) => `    let v${i} = select(0f, ${from}[start + o${i}], (${inside}) & m${i});`,
  );
  const sums = times(taps, (t) => {
    const each = times(strip, (p) => `s${p} = fma(v${column(p, t)}, u, s${p});`);
    return `    { let u = w[tap + ${t * filters}]; ${each.join(' ')} }`;
  });
  return [...loads, ...sums].join('\n');
}

function storeStrip(to: string, [rows, width]: readonly [number, number], channels: number): string {
  const place = `(image * ${rows} + row) * ${width * channels} + channel`;
  const writes = times(
    strip,
    (p) => `  if (first + ${p} < ${width}) { ${to}[start + (first + ${p}) * ${channels}] = s${p}; }`,
  );
  return [`  let first = column * ${strip};`, `  let start = ${place};`, ...writes].join('\n');
}

/** One thread for a block of one stride each way: all its pixels need the same few pixels of dy, and each tap only once. */
function blockInputGradientCode(shape: Depthwise): string {
  const { input, output, channels, multiplier, taps, stride, pad } = shape;
  const filters = channels * multiplier;
  const cells = times(stride[0] * stride[1], (i) => [Math.floor(i / stride[1]), i % stride[1]] as const);
  /** Per axis, the taps that a cell meets and how far from the block their pixel of dy is. */
  const meet = (axis: 0 | 1, cell: number) =>
    times(taps[axis], (tap) => ({ tap, at: (cell + pad[axis] - tap) / stride[axis] })).filter(({ at }) =>
      Number.isInteger(at),
    );
  const name = (y: number, x: number) => `v${y}_${x}`.replaceAll('-', 'n');
  const needed = ([0, 1] as const).map((axis) => [
    ...new Set(times(stride[axis], (cell) => meet(axis, cell).map(({ at }) => at)).flat()),
  ]);
  const loads = (needed[0] ?? []).flatMap((y) =>
    (needed[1] ?? []).map((x) => {
      const inside = `(u32(row + ${y}) < ${output[0]}u) & (u32(column + ${x}) < ${output[1]}u)`;
      const place = `clamp(row + ${y}, 0, ${output[0] - 1}) * ${output[1]} + clamp(column + ${x}, 0, ${output[1] - 1})`;
      return `    let ${name(y, x)} = select(0f, dy[start + (${place}) * ${filters}], ${inside});`;
    }),
  );
  const sums = cells.map(([cy, cx], c) =>
    meet(0, cy).flatMap((down) =>
      meet(1, cx).map(
        (right) =>
          `    s${c} = fma(${name(down.at, right.at)}, w[tap + ${(down.tap * taps[1] + right.tap) * filters}], s${c});`,
      ),
    ),
  );
  const writes = cells.map(
    ([cy, cx], c) => `  if (top + ${cy} < ${input[0]} && left + ${cx} < ${input[1]}) {
    dx[((image * ${input[0]} + top + ${cy}) * ${input[1]} + left + ${cx}) * ${channels} + channel] = s${c};
  }`,
  );
  return mapsMain(
    inputBlocks(shape),
    `${cells.map((_, c) => `  var s${c} = 0f;`).join('\n')}
  for (var m = 0; m < ${multiplier}; m++) {
    let tap = channel * ${multiplier} + m;
    let start = image * ${output[0] * output[1] * filters} + tap;
${[...loads, ...sums.flat()].join('\n')}
  }
  let top = row * ${stride[0]};
  let left = column * ${stride[1]};
${writes.join('\n')}`,
  );
}

/**
 * Bindings: `x`, `dy` read, `sums` [parts, down, right, channels, multiplier] written: each over some rows of dy. A
 * thread keeps all taps of a filter and moves their window along the row, so that each x is loaded once per row of taps.
 */
export function depthwiseFilterGradientCode({ shape, parts }: { shape: Depthwise; parts: number }): string {
  const { images, input, output, channels, multiplier, taps, stride, pad } = shape;
  const filters = channels * multiplier;
  const rows = images * output[0];
  const perPart = Math.ceil(rows / parts);
  const cells = times(taps[0] * taps[1], (i) => [Math.floor(i / taps[1]), i % taps[1]] as const);
  const kept = Math.max(0, taps[1] - stride[1]);
  const load = (y: number, x: number, column: string) =>
    `v${y}_${x} = select(0f, x[x${y} + clamp(${column}, 0, ${input[1] - 1}) * ${channels}], in${y} & (u32(${column}) < ${input[1]}u));`;
  const move = cells.map(([y, x]) =>
    x < kept ? `v${y}_${x} = v${y}_${x + stride[1]};` : load(y, x, `ox * ${stride[1]} + ${x - pad[1]}`),
  );
  const startRow = times(taps[0], (y) => {
    const iy = `oy + ${y - pad[0]}`;
    // The first window, moved back by one stride: its columns before the image are 0.
    const before = times(kept, (x) =>
      x < pad[1] ? `v${y}_${x + stride[1]} = 0f;` : load(y, x + stride[1], `i32(${x - pad[1]})`),
    );
    return `    let in${y} = u32(${iy}) < ${input[0]}u;
    let x${y} = (image * ${input[0]} + clamp(${iy}, 0, ${input[0] - 1})) * ${input[1] * channels} + filter_at / ${multiplier};
    ${before.join(' ')}`;
  });
  return flatMain(
    `${parts * filters}u`,
    `  let part = i32(i / ${filters}u);
  let filter_at = i32(i % ${filters}u);
${cells.map(([y, x]) => `  var s${y}_${x} = 0f; var v${y}_${x} = 0f;`).join('\n')}
  for (var r = part * ${perPart}; r < min((part + 1) * ${perPart}, ${rows}); r++) {
    let image = r / ${output[0]};
    let oy = r % ${output[0]} * ${stride[0]};
${startRow.join('\n')}
    for (var ox = 0; ox < ${output[1]}; ox++) {
      let d = dy[(r * ${output[1]} + ox) * ${filters} + filter_at];
      ${move.join('\n      ')}
      ${cells.map(([y, x]) => `s${y}_${x} = fma(v${y}_${x}, d, s${y}_${x});`).join(' ')}
    }
  }
  let start = part * ${taps[0] * taps[1] * filters} + filter_at;
${cells.map(([y, x], i) => `  sums[start + ${i * filters}] = s${y}_${x};`).join('\n')}`,
  );
}
