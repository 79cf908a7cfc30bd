/** One network out of several: the average of their weights. */
import type { NamedTensor } from '#engine/types.ts';
import { ExperimentError, type Problem } from '#experiment/problem.ts';
import { formatShape } from '#lib/shape.ts';

/** More would only bury the first. */
const mostProblems = 5;

/** The weights of one network, with what it is called. */
export interface LabelledTensors {
  readonly label: string;
  readonly tensors: readonly NamedTensor[];
}

/** What keeps two networks from being averaged. */
function misfits(first: LabelledTensors, other: LabelledTensors): Problem[] {
  const [wanted, given] = [first, other].map(
    ({ tensors }) => new Map(tensors.map(({ name, shape }) => [name, formatShape(shape)])),
  );
  const names = new Set([...(wanted?.keys() ?? []), ...(given?.keys() ?? [])]);
  return Array.from(names).flatMap((name) => {
    const [one, another] = [wanted?.get(name), given?.get(name)];
    if (one === another) return [];
    return {
      path: `tensor ${name}`,
      rule: 'must have one shape in all networks whose weights are averaged',
      found: `${one ?? 'nothing'} in ${first.label}, ${another ?? 'nothing'} in ${other.label}`,
      remedy: 'Average their probabilities instead, or leave one out.',
    };
  });
}

/**
 * Averages the weights of networks of the same shape: Wortsman et al., "Model soups", ICML 2022 (uniform soup, over runs that
 * share their beginning); Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", UAI 2018 (over
 * checkpoints of one run). It helps where the networks lie in one valley of the loss. Networks that began with different
 * weights seldom do: their average may be no better than chance.
 *
 * The running statistics of batch norm are averaged like everything else. They are then not quite those of the averaged
 * network, for which Izmailov et al. measure them anew on the training part: with batch norm, expect a little less.
 * @param weights [networks], of sum 1; equal where left out
 * @returns tensors in the order of the first network
 * @throws ExperimentError naming each tensor that differs in shape or is missing; RangeError without networks
 */
export function averageTensors(
  networks: readonly LabelledTensors[],
  weights?: readonly number[],
): NamedTensor[] {
  const [first] = networks;
  if (!first) throw new RangeError('averageTensors: there is no network to average');
  const problems = networks.flatMap((other) => misfits(first, other));
  if (problems.length > 0) throw new ExperimentError(problems.slice(0, mostProblems));
  const byName = networks.map(({ tensors }) => new Map(tensors.map(({ name, values }) => [name, values])));
  return first.tensors.map(({ name, shape, values }) => {
    const sums = new Float64Array(values.length);
    for (const [n, network] of byName.entries()) {
      const weight = weights?.[n] ?? 1 / networks.length;
      for (const [i, value] of network.get(name)?.entries() ?? []) sums[i] = (sums[i] ?? 0) + weight * value;
    }
    return { name, shape, values: Float32Array.from(sums) };
  });
}
