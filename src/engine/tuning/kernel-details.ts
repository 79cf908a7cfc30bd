/** What the kernels of a recorded step are, for "engine details". */
import type * as tf from '../tf.ts';
import type { KernelDetails } from '../types.ts';
import { plannedDispatches } from '../webgpu/dispatch.ts';
import { choiceFor, type CountedUse } from './tunable.ts';

/** A row, and where in the step its first dispatch is. */
type Row = KernelDetails & { readonly place: number };

/**
 * One row per use of a tunable kernel, and one per other kernel, in the order of their first dispatch.
 * @param kernels names of the step's dispatches, in order
 * @param uses of tunable kernels in the same step, as `recordUses` gives them
 */
export function kernelDetails(
  backend: tf.WebGPUBackend,
  kernels: readonly string[],
  uses: readonly CountedUse[],
): readonly KernelDetails[] {
  const places = new Map<string, number[]>();
  for (const [place, name] of kernels.entries()) places.set(name, [...(places.get(name) ?? []), place]);
  const rows = uses.map((use) => tunableRow(backend, use, places));
  for (const [name, rest] of places) {
    const [place] = rest;
    if (place === undefined) continue;
    rows.push({ name, problem: '', variant: '', choice: 'only', count: rest.length, flops: 0, place });
  }
  return rows.toSorted((a, b) => a.place - b.place).map(({ place: _place, ...row }) => row);
}

/** The row of a use; takes the dispatches that are its own out of `places`. */
function tunableRow(backend: tf.WebGPUBackend, use: CountedUse, places: Map<string, number[]>): Row {
  const { tunable, problem, variant, count } = use;
  const own = dispatchesOf(backend, use).flatMap((name) => places.get(name)?.splice(0, count) ?? []);
  const choice = choiceFor(use, use.key);
  // What was found since the step was recorded is not what runs.
  const isCurrent = choice.variant === variant;
  const milliseconds = isCurrent ? choice.milliseconds : undefined;
  return {
    name: tunable.name,
    problem: tunable.describe(problem),
    variant: tunable.describeVariant(variant),
    choice: isCurrent ? choice.origin : 'default',
    count: own.length,
    flops: tunable.flops(problem) * count,
    ...(milliseconds === undefined ? {} : { milliseconds: milliseconds * count }),
    place: Math.min(...own),
  };
}

/** Names of what one run dispatches. */
function dispatchesOf(backend: tf.WebGPUBackend, { tunable, problem, variant }: CountedUse): string[] {
  const operands = tunable.operands(problem).map((shape) => backend.makeTensorInfo([...shape], 'float32'));
  const calls = plannedDispatches(() => {
    operands.push(tunable.run(backend, problem, variant, operands));
  });
  for (const { dataId } of operands) backend.disposeData(dataId);
  return calls.map(({ name }) => name);
}
