/** Whether an opened file's weights are those of its network: checked before anything that is there is replaced. */
import type { NamedTensor } from '#engine/types.ts';
import type { ParameterSpec } from '#experiment/layers/layer.ts';
import type { Problem } from '#experiment/problem.ts';
import { formatShape } from '#lib/shape.ts';
import { FileError } from './file-error.ts';

/** More would only bury the first. */
const mostProblems = 5;

/**
 * Checks that the tensors are exactly the parameters, by name and shape.
 * @throws FileError naming what is missing, left over or of another shape
 */
export function checkFit(
  parameters: readonly ParameterSpec[],
  tensors: readonly NamedTensor[],
  file: string,
): void {
  const remedy = 'Export the weights again, together with their experiment.';
  const given = new Map(tensors.map(({ name, shape }) => [name, formatShape(shape)]));
  const wanted = new Map(parameters.map(({ name, shape }) => [name, formatShape(shape)]));
  const problems: Problem[] = [];
  for (const [name, shape] of wanted) {
    const found = given.get(name);
    if (found === shape) continue;
    const rule = found === undefined ? 'must be there' : `must be ${shape} in this network`;
    problems.push({ path: `tensor ${name}`, rule, found: found ?? 'nothing', remedy });
  }
  for (const [name, found] of given) {
    if (wanted.has(name)) continue;
    problems.push({ path: `tensor ${name}`, rule: 'must belong to the network', found, remedy });
  }
  if (problems.length > 0) throw new FileError(file, ...problems.slice(0, mostProblems));
}
