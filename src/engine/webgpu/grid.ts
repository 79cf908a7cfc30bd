/** How many threads a kernel over a flat range gets, and how each finds its place in the range. */
import type { Workgroups } from './dispatch.ts';

/** Threads per workgroup of kernels over a flat range: a multiple of every adapter's subgroup. */
const flatWorkgroup = 64;

/** WebGPU guarantees this many workgroups along each axis. */
const maxAlongAxis = 65_535;

/** Workgroups for `threads` threads: along x, and folded into y where x would overflow. */
export function flatGrid(threads: number): Workgroups {
  const groups = Math.ceil(threads / flatWorkgroup);
  const y = Math.ceil(groups / maxAlongAxis);
  return [Math.ceil(groups / y), y, 1];
}

/**
 * WGSL of an entry point over the flat range 0…threads−1, with `i` as the place: `body` runs where `i` is inside.
 * Dispatch it on `flatGrid(threads)`.
 * @param threads a WGSL expression; `arrayLength(&y)` makes one pipeline do for every size
 */
export function flatMain(threads: string, body: string): string {
  return `@compute @workgroup_size(${flatWorkgroup})
fn main(@builtin(global_invocation_id) thread: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = thread.x + thread.y * groups.x * ${flatWorkgroup}u;
  if (i >= ${threads}) { return; }
${body}
}`;
}

/** A stack of feature maps: [images, rows, columns, channels]. */
export type Maps = { images: number; rows: number; columns: number; channels: number };

/** Workgroups for a thread per number of the maps, each workgroup within one row of one image. */
export function mapsGrid({ images, rows, columns, channels }: Maps): Workgroups {
  return [Math.ceil((columns * channels) / flatWorkgroup), rows, images];
}

/** WGSL of an entry point over maps: `body` runs with all four indices as i32, and `at`, the place of them together. */
export function mapsMain({ rows, columns, channels }: Omit<Maps, 'images'>, body: string): string {
  return `@compute @workgroup_size(${flatWorkgroup})
fn main(@builtin(global_invocation_id) thread: vec3u) {
  if (thread.x >= ${columns * channels}u) { return; }
  let image = i32(thread.z);
  let row = i32(thread.y);
  let column = i32(thread.x / ${channels}u);
  let channel = i32(thread.x) - column * ${channels};
  let at = (image * ${rows} + row) * ${columns * channels} + i32(thread.x);
${body}
}`;
}
