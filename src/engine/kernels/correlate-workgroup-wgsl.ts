/**
 * WGSL of the correlation (see correlate-wgsl.ts) as a matrix product by the book, for graphics cards: a workgroup computes
 * a block of pixels × channels; its threads bring a slice of x and w into shared memory, while the numbers of the next
 * slice are already on their way to registers, and each thread sums a tile of the block.
 */
import { activationCode } from './fused-activation.ts';
import type { Correlation } from './correlate-wgsl.ts';
import { times } from './unroll.ts';

/** How a correlation is cut for workgroups that share memory. */
export type Block = {
  exchange: 'workgroup';
  /** Of a workgroup. */
  rows: number;
  columns: number;
  /** Taps × depths of a slice. */
  slice: number;
  /** Of a thread; they divide rows and columns. */
  pixels: number;
  channels: number;
};

type Parameters = { correlation: Correlation; block: Block };

/** Whether blocks can do it: the adjoint of a strided convolution would mostly add zeros. */
export function suitsBlocks({ direction, stride }: Correlation): boolean {
  return direction === 'forward' || (stride[0] === 1 && stride[1] === 1);
}

/** Threads of a workgroup. */
export function blockThreads({ rows, columns, pixels, channels }: Block): number {
  return (rows / pixels) * (columns / channels);
}

/** Bytes that a workgroup shares. A number more per line keeps its writes from queueing for one memory bank. */
export function blockBytes({ rows, columns, slice }: Block): number {
  return 4 * slice * (rows + 1 + columns + 1);
}

/** Workgroups of `correlateBlockCode`. */
export function correlateBlockGrid(
  { images, out, channels }: Correlation,
  { rows, columns }: Block,
): readonly [number, number, number] {
  return [Math.ceil((images * out[0] * out[1]) / rows), Math.ceil(channels / columns), 1];
}

/** Bindings: `x`, `w`, and `bias` where there is one, read; `y` written; all f32. */
export function correlateBlockCode({ correlation, block }: Parameters): string {
  const { rows, columns, slice } = block;
  const { taps, depth } = correlation;
  const terms = taps[0] * taps[1] * depth;
  const [xLoads, wLoads] = [loadX(correlation, block), loadW(correlation, block)];
  const load = `${xLoads.load}\n${wLoads.load}`;
  return `var<workgroup> xs: array<f32, ${slice * (rows + 1)}>;
var<workgroup> ws: array<f32, ${slice * (columns + 1)}>;
@compute @workgroup_size(${blockThreads(block)})
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  let first_pixel = group.x * ${rows}u;
  let first_channel = group.y * ${columns}u;
${xLoads.places}
${wLoads.places}
${sumsOf(block, (i, j) => `  var s${i}_${j} = 0f;`)}
  var begin = 0u;
${load}
  loop {
${xLoads.share}
${wLoads.share}
    workgroupBarrier();
    begin += ${slice}u;
    if (begin < ${terms}u) {
${load}
    }
${multiply(block)}
    if (begin >= ${terms}u) { break; }
    workgroupBarrier();
  }
${stores(correlation, block)}
}`;
}

type Loads = { places: string; load: string; share: string };

/** This thread's part of a slice of x: always the same term of the slice, for several pixels. */
function loadX(
  { images, out, within, taps, depth, stride, pad, direction, xStep }: Correlation,
  block: Block,
): Loads {
  const { rows, slice } = block;
  const threads = blockThreads(block);
  const every = threads / slice;
  const pixels = images * out[0] * out[1];
  const start = (axis: 0 | 1, at: string) =>
    direction === 'forward' ? `i32(${at}) * ${stride[axis]} - ${pad[axis]}` : `i32(${at}) + ${pad[axis]}`;
  const sign = direction === 'forward' ? '+' : '-';
  const each = <T>(of: (i: number) => T) => times(Math.ceil(rows / every), of);
  const places = each(
    (i) => `  let p${i} = min(first_pixel + thread / ${slice}u + ${i * every}u, ${pixels - 1}u);
  let y${i} = ${start(0, `p${i} / ${out[1]}u % ${out[0]}u`)};
  let x${i} = ${start(1, `p${i} % ${out[1]}u`)};
  let start${i} = i32(p${i} / ${out[0] * out[1]}u) * ${within[0]};
  var a${i} = 0f;`,
  );
  const load = each((i) => {
    const inside = `live & (u32(y${i} ${sign} down) < ${within[0]}u) & (u32(x${i} ${sign} right) < ${within[1]}u)`;
    const at = `((start${i} + y${i} ${sign} down) * ${within[1]} + x${i} ${sign} right) * ${xStep.pixel} + offset`;
    return `      a${i} = select(0f, x[select(0u, u32(${at}), ${inside})], ${inside});`;
  });
  return {
    places: places.join('\n'),
    load: `    {
      let term = begin + thread % ${slice}u;
      let live = term < ${taps[0] * taps[1] * depth}u;
      let down = i32(term / ${taps[1] * depth}u);
      let right = i32(term / ${depth}u % ${taps[1]}u);
      let offset = i32(term % ${depth}u * ${xStep.depth}u);
${load.join('\n')}
    }`,
    share: each(
      (i) => `    xs[thread % ${slice}u * ${rows + 1}u + thread / ${slice}u + ${i * every}u] = a${i};`,
    ).join('\n'),
  };
}

/** This thread's part of a slice of w; neighbours load neighbours. */
function loadW({ taps, depth, channels, wStep }: Correlation, block: Block): Loads {
  const { columns, slice } = block;
  const threads = blockThreads(block);
  const byDepth = wStep.depth === 1;
  const count = Math.ceil((slice * columns) / threads);
  const place = (i: number) => {
    const at = `(thread + ${i * threads}u)`;
    return byDepth
      ? { term: `${at} % ${slice}u`, channel: `${at} / ${slice}u` }
      : { term: `${at} / ${columns}u`, channel: `${at} % ${columns}u` };
  };
  const load = times(count, (i) => {
    const { term, channel } = place(i);
    return `    {
      let term = begin + ${term};
      let channel = first_channel + ${channel};
      let live = (term < ${taps[0] * taps[1] * depth}u) & (channel < ${channels}u);
      let at = term / ${depth}u * ${wStep.tap}u + term % ${depth}u * ${wStep.depth}u + channel * ${wStep.channel}u;
      b${i} = select(0f, w[select(0u, at, live)], live);
    }`;
  });
  const share = times(count, (i) => {
    const { term, channel } = place(i);
    return `    ws[${term} * ${columns + 1}u + ${channel}] = b${i};`;
  });
  const places = times(count, (i) => `  var b${i} = 0f;`).join('\n');
  return { places, load: load.join('\n'), share: share.join('\n') };
}

function sumsOf({ pixels, channels }: Block, each: (i: number, j: number) => string): string {
  return times(pixels, (i) => times(channels, (j) => each(i, j)).join('')).join('\n');
}

/** Threads across the channels of a block. */
function across({ columns, channels }: Block): number {
  return columns / channels;
}

/** Adds the slice to this thread's sums: neighbouring pixels, and channels apart, so that threads store side by side. */
function multiply(block: Block): string {
  const { rows, columns, slice, pixels, channels } = block;
  const wide = across(block);
  const x = times(
    pixels,
    (i) => `let u${i} = xs[k * ${rows + 1}u + thread / ${wide}u * ${pixels}u + ${i}u];`,
  );
  const w = times(channels, (j) => `let v${j} = ws[k * ${columns + 1}u + thread % ${wide}u + ${j * wide}u];`);
  return `    for (var k = 0u; k < ${slice}u; k++) {
      ${x.join(' ')}
      ${w.join(' ')}
${sumsOf(block, (i, j) => `      s${i}_${j} = fma(u${i}, v${j}, s${i}_${j});`)}
    }`;
}

function stores({ images, out, channels, bias, activation }: Correlation, block: Block): string {
  const wide = across(block);
  const pixels = images * out[0] * out[1];
  const biases = times(block.channels, (j) => {
    const value = bias ? ` let bias${j} = bias[min(c${j}, ${channels - 1}u)];` : '';
    return `  let c${j} = first_channel + thread % ${wide}u + ${j * wide}u;${value}`;
  });
  const writes = times(block.pixels, (i) => {
    const each = times(block.channels, (j) => {
      const sum = bias ? `s${i}_${j} + bias${j}` : `s${i}_${j}`;
      return `if (c${j} < ${channels}u) { let sum = ${sum}; y[p * ${channels}u + c${j}] = ${activationCode(activation, 'sum')}; }`;
    });
    return `  { let p = first_pixel + thread / ${wide}u * ${block.pixels}u + ${i}u; if (p < ${pixels}u) {
    ${each.join('\n    ')} } }`;
  });
  return [...biases, ...writes].join('\n');
}
