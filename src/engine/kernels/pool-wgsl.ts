/** WGSL of max and average pooling and their gradients, on a grid whose workgroups share image and row. */

import { mapsGrid, mapsMain, type Maps } from '../webgpu/grid.ts';
import { times } from './unroll.ts';

/** Pairs are [down, right]. Cells outside the input count neither for the maximum nor for the average. */
export type Pool = {
  kind: 'max' | 'average';
  images: number;
  input: readonly [number, number];
  output: readonly [number, number];
  channels: number;
  window: readonly [number, number];
  stride: readonly [number, number];
  /** Cells before the first row and column. */
  pad: readonly [number, number];
};

/** Workgroups of `poolCode`. */
export function poolGrid(pool: Pool): readonly [number, number, number] {
  return mapsGrid(over(pool, pool.output));
}

/** Workgroups of `poolGradientCode`. */
export function poolGradientGrid(pool: Pool): readonly [number, number, number] {
  return mapsGrid(over(pool, isTiling(pool) ? blocksOf(pool) : pool.input));
}

function over({ images, channels }: Pool, [rows, columns]: readonly [number, number]): Maps {
  return { images, rows, columns, channels };
}

/** Larger windows are looped over. */
const mostWrittenOut = 9;

/** Bindings: `x` read, `y` written. */
export function poolCode(pool: Pool): string {
  const { kind, input, output, channels, window, stride, pad } = pool;
  const look = window[0] * window[1] <= mostWrittenOut ? writtenOut(pool) : looped(pool);
  return mapsMain(
    over(pool, output),
    `  let top = row * ${stride[0]} - ${pad[0]};
  let left = column * ${stride[1]} - ${pad[1]};
  let first = ((image * ${input[0]} + top) * ${input[1]} + left) * ${channels} + channel;
  var best = ${kind === 'max' ? '-3.4e38f' : '0f'};
  var count = 0f;
${look}
  y[at] = best${kind === 'max' ? '' : ' / max(count, 1f)'};`,
  );
}

/** WGSL that takes in one cell of the window. */
function take({ kind }: Pool, place: string): string {
  const better = kind === 'max' ? 'select(best, value, value > best)' : 'best + value; count += 1f';
  return `let value = x[${place}]; best = ${better};`;
}

function looped(pool: Pool): string {
  const { input, channels, window } = pool;
  return `  for (var iy = max(top, 0); iy < min(top + ${window[0]}, ${input[0]}); iy++) {
    for (var ix = max(left, 0); ix < min(left + ${window[1]}, ${input[1]}); ix++) {
      ${take(pool, `((image * ${input[0]} + iy) * ${input[1]} + ix) * ${channels} + channel`)}
    }
  }`;
}

function writtenOut(pool: Pool): string {
  const { input, output, channels, window, stride, pad } = pool;
  const fits = [0, 1].every(
    (axis) =>
      pad[axis] === 0 &&
      ((output[axis] ?? 0) - 1) * (stride[axis] ?? 0) + (window[axis] ?? 0) <= (input[axis] ?? 0),
  );
  return times(window[0] * window[1], (i) => {
    const [y, x] = [Math.floor(i / window[1]), i % window[1]];
    const cell = take(pool, `first + ${(y * input[1] + x) * channels}`);
    const inside = `(u32(top + ${y}) < ${input[0]}u) & (u32(left + ${x}) < ${input[1]}u)`;
    return fits ? `  { ${cell} }` : `  if (${inside}) { ${cell} }`;
  }).join('\n');
}

/**
 * Bindings: `dy`, `x`, `y` read (for an average only `dy`), `dx` written. Of equal maxima the first in reading order gets
 * the gradient, as in PyTorch.
 */
export function poolGradientCode(pool: Pool): string {
  return isTiling(pool) ? blockGradientCode(pool) : cellGradientCode(pool);
}

/** No cell is under two windows, and a window is small enough to write out. */
function isTiling({ window, stride }: Pool): boolean {
  return window[0] <= stride[0] && window[1] <= stride[1] && stride[0] * stride[1] <= 9;
}

/** Blocks of one stride each, which together cover the input. */
function blocksOf({ input, stride, pad }: Pool): readonly [number, number] {
  return [Math.ceil((input[0] + pad[0]) / stride[0]), Math.ceil((input[1] + pad[1]) / stride[1])];
}

/** One thread for each window and the cells up to the next. */
function blockGradientCode(pool: Pool): string {
  const { kind, input, output, channels, window, stride, pad } = pool;
  const whole = pad.every(
    (size, axis) => size === 0 && (output[axis] ?? 0) * (stride[axis] ?? 0) === input[axis],
  );
  const cells = times(stride[0] * stride[1], (i) => [Math.floor(i / stride[1]), i % stride[1]] as const);
  const inside = ([y, x]: readonly [number, number]) =>
    whole ? 'true' : `(u32(top + ${y}) < ${input[0]}u) & (u32(left + ${x}) < ${input[1]}u)`;
  const place = ([y, x]: readonly [number, number]) => `first + ${(y * input[1] + x) * channels}`;
  const inWindow = ([y, x]: readonly [number, number]) => y < window[0] && x < window[1];
  const look = cells.map((cell, i) => {
    if (!inWindow(cell)) return '';
    if (kind === 'average') return `  if (${inside(cell)}) { count += 1f; }`;
    return `  if (${inside(cell)}) { let value = x[${place(cell)}]; let wins = value > best; best = select(best, value, wins); winner = select(winner, ${i}, wins); }`;
  });
  const write = cells.map((cell, i) => {
    const share = kind === 'average' ? 'gradient / count' : `select(0f, gradient, winner == ${i})`;
    return `  if (${inside(cell)}) { dx[${place(cell)}] = ${inWindow(cell) ? share : '0f'}; }`;
  });
  return mapsMain(
    over(pool, blocksOf(pool)),
    `  let top = row * ${stride[0]} - ${pad[0]};
  let left = column * ${stride[1]} - ${pad[1]};
  let first = ((image * ${input[0]} + top) * ${input[1]} + left) * ${channels} + channel;
  var gradient = 0f;
  if (${whole ? 'true' : `(row < ${output[0]}) & (column < ${output[1]})`}) {
    gradient = dy[((image * ${output[0]} + row) * ${output[1]} + column) * ${channels} + channel];
  }
  var best = -3.4e38f;
  var winner = -1;
  var count = 0f;
${[...look, ...write].filter(Boolean).join('\n')}`,
  );
}

/** One thread for each cell, which asks the windows over it. */
function cellGradientCode(pool: Pool): string {
  const { kind, input, output, channels, window, stride, pad } = pool;
  const reach = window.map((size, axis) => Math.ceil(size / (stride[axis] ?? 1)));
  return mapsMain(
    over(pool, input),
    `  ${kind === 'max' ? 'let value = x[at];' : ''}
  var sum = 0f;
  let last_y = (row + ${pad[0]}) / ${stride[0]};
  let last_x = (column + ${pad[1]}) / ${stride[1]};
  for (var oy = max(last_y - ${(reach[0] ?? 1) - 1}, 0); oy <= min(last_y, ${output[0] - 1}); oy++) {
    let top = oy * ${stride[0]} - ${pad[0]};
    if (top + ${window[0]} <= row) { continue; }
    for (var ox = max(last_x - ${(reach[1] ?? 1) - 1}, 0); ox <= min(last_x, ${output[1] - 1}); ox++) {
      let left = ox * ${stride[1]} - ${pad[1]};
      if (left + ${window[1]} <= column) { continue; }
      let o = ((image * ${output[0]} + oy) * ${output[1]} + ox) * ${channels} + channel;
      ${kind === 'max' ? maxShare(pool) : averageShare(pool)}
    }
  }
  dx[at] = sum;`,
  );
}

/** The whole gradient for the first cell that holds the maximum. */
function maxShare({ input, channels, window }: Pool): string {
  return `if (y[o] != value) { continue; }
      var first = true;
      for (var iy = max(top, 0); iy <= row; iy++) {
        let end = select(min(left + ${window[1]}, ${input[1]}), column, iy == row);
        for (var ix = max(left, 0); ix < end; ix++) {
          if (x[((image * ${input[0]} + iy) * ${input[1]} + ix) * ${channels} + channel] == value) { first = false; }
        }
      }
      if (first) { sum += dy[o]; }`;
}

/** An equal part of the gradient for each cell inside the input. */
function averageShare({ input, window }: Pool): string {
  return `let cells = (min(top + ${window[0]}, ${input[0]}) - max(top, 0)) * (min(left + ${window[1]}, ${input[1]}) - max(left, 0));
      sum += dy[o] / f32(cells);`;
}
