/** What the kernels of a recorded step are, for "engine details". */
import type * as tf from '../tf.ts';
import type { KernelDetails } from '../types.ts';
import { plannedDispatches } from '../webgpu/dispatch.ts';
import { choiceFor, rejectedFor, type CountedUse } from './tunable.ts';

/** Places of a row's dispatches in the step. */
type Places = readonly number[];

/**
 * One row per use of a tunable kernel, and one per other kernel, in the order of their first dispatch.
 * @param kernels names of the step's dispatches, in order
 * @param uses of tunable kernels in the same step, as `recordUses` gives them
 * @param times of the dispatches, in milliseconds, where they were measured
 */
export function kernelDetails(
  backend: tf.WebGPUBackend,
  kernels: readonly string[],
  uses: readonly CountedUse[],
  times?: readonly number[],
): readonly KernelDetails[] {
  const open = new Map<string, number[]>();
  for (const [place, name] of kernels.entries()) open.set(name, [...(open.get(name) ?? []), place]);
  const rows: { row: KernelDetails; places: Places }[] = [];
  const add = (row: Omit<KernelDetails, 'count'>, places: Places) => {
    if (places.length === 0) return;
    const milliseconds = times && places.reduce((sum, place) => sum + (times[place] ?? 0), 0);
    const count = places.length;
    rows.push({ row: { ...row, count, ...(milliseconds === undefined ? {} : { milliseconds }) }, places });
  };
  for (const use of uses) {
    const own = dispatchesOf(backend, use).flatMap((name) => open.get(name)?.splice(0, use.count) ?? []);
    add(tunableRow(use), own);
  }
  for (const [name, rest] of open) add({ name, problem: '', variant: '', choice: 'only', flops: 0 }, rest);
  return rows.toSorted((a, b) => Math.min(...a.places) - Math.min(...b.places)).map(({ row }) => row);
}

function tunableRow(use: CountedUse): Omit<KernelDetails, 'count'> {
  const { tunable, problem, variant, count } = use;
  const choice = choiceFor(use, use.key);
  const rejected = rejectedFor(use.key);
  // What was found since the step was recorded is not what runs.
  const isCurrent = choice.variant === variant;
  const milliseconds = isCurrent ? choice.milliseconds : undefined;
  return {
    name: tunable.name,
    problem: tunable.describe(problem),
    variant: tunable.describeVariant(variant),
    choice: isCurrent ? choice.origin : 'default',
    flops: tunable.flops(problem) * count,
    ...(milliseconds === undefined ? {} : { milliseconds: milliseconds * count }),
    ...(rejected.length > 0 ? { rejected } : {}),
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
