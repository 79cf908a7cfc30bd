/** WGSL of the depthwise convolution and its gradients: every channel of x has filters of its own, and nothing else. */
import { flatMain, mapsMain, type Maps } from '../webgpu/grid.ts';

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

export function mapsOfOutput({ images, output, channels, multiplier }: Depthwise): Maps {
  return { images, rows: output[0], columns: output[1], channels: channels * multiplier };
}

export function mapsOfInput({ images, input, channels }: Depthwise): Maps {
  return { images, rows: input[0], columns: input[1], channels };
}

/** Bindings: `x`, `w` [down, right, channels, multiplier] read, `y` written. */
export function depthwiseCode(shape: Depthwise): string {
  const { input, channels, multiplier, taps, stride, pad } = shape;
  return mapsMain(
    mapsOfOutput(shape),
    `  let own = channel / ${multiplier};
  var sum = 0f;
  for (var down = 0; down < ${taps[0]}; down++) {
    let iy = row * ${stride[0]} - ${pad[0]} + down;
    if (iy < 0 || iy >= ${input[0]}) { continue; }
    for (var right = 0; right < ${taps[1]}; right++) {
      let ix = column * ${stride[1]} - ${pad[1]} + right;
      if (ix < 0 || ix >= ${input[1]}) { continue; }
      let value = x[((image * ${input[0]} + iy) * ${input[1]} + ix) * ${channels} + own];
      sum = fma(value, w[(down * ${taps[1]} + right) * ${channels * multiplier} + channel], sum);
    }
  }
  y[at] = sum;`,
  );
}

/** Bindings: `dy`, `w` read, `dx` written. */
export function depthwiseInputGradientCode(shape: Depthwise): string {
  const { output, channels, multiplier, taps, stride, pad } = shape;
  const filters = channels * multiplier;
  return mapsMain(
    mapsOfInput(shape),
    `  var sum = 0f;
  let bottom = row + ${pad[0]};
  let end = column + ${pad[1]};
  for (var down = bottom % ${stride[0]}; down < ${taps[0]}; down += ${stride[0]}) {
    let oy = (bottom - down) / ${stride[0]};
    if (bottom < down || oy >= ${output[0]}) { continue; }
    for (var right = end % ${stride[1]}; right < ${taps[1]}; right += ${stride[1]}) {
      let ox = (end - right) / ${stride[1]};
      if (end < right || ox >= ${output[1]}) { continue; }
      let place = ((image * ${output[0]} + oy) * ${output[1]} + ox) * ${filters} + channel * ${multiplier};
      let tap = (down * ${taps[1]} + right) * ${filters} + channel * ${multiplier};
      for (var m = 0; m < ${multiplier}; m++) { sum = fma(dy[place + m], w[tap + m], sum); }
    }
  }
  dx[at] = sum;`,
  );
}

/** Bindings: `x`, `dy` read, `sums` [parts, down, right, channels, multiplier] written: each over some rows of dy. */
export function depthwiseFilterGradientCode({ shape, parts }: { shape: Depthwise; parts: number }): string {
  const { images, input, output, channels, multiplier, taps, stride, pad } = shape;
  const filters = channels * multiplier;
  const size = taps[0] * taps[1] * filters;
  const rows = images * output[0];
  const perPart = Math.ceil(rows / parts);
  return flatMain(
    `${parts * size}u`,
    `  let part = i32(i / ${size}u);
  let k = i32(i % ${filters}u);
  let right = i32(i / ${filters}u % ${taps[1]}u);
  let down = i32(i / ${filters * taps[1]}u % ${taps[0]}u);
  var sum = 0f;
  for (var r = part * ${perPart}; r < min((part + 1) * ${perPart}, ${rows}); r++) {
    let iy = r % ${output[0]} * ${stride[0]} - ${pad[0]} + down;
    if (iy < 0 || iy >= ${input[0]}) { continue; }
    let x_row = (r / ${output[0]} * ${input[0]} + iy) * ${input[1] * channels} + k / ${multiplier};
    for (var ox = 0; ox < ${output[1]}; ox++) {
      let ix = ox * ${stride[1]} - ${pad[1]} + right;
      if (ix < 0 || ix >= ${input[1]}) { continue; }
      sum = fma(x[x_row + ix * ${channels}], dy[(r * ${output[1]} + ox) * ${filters} + k], sum);
    }
  }
  sums[i] = sum;`,
  );
}
