/** What of a trained network a changed one can go on with. */
import type { ParameterSpec } from './layers/layer.ts';

type Parameter = Pick<ParameterSpec, 'name' | 'shape'>;

/** Names of the changed network's parameters and running statistics. */
export interface Survivors {
  /** Trained ones that stay: they have the same name and shape in both networks. */
  readonly kept: readonly string[];
  /** Those that start anew. */
  readonly fresh: readonly string[];
}

export function survivors(before: readonly Parameter[], after: readonly Parameter[]): Survivors {
  const shapes = new Map(before.map(({ name, shape }) => [name, shape.join()]));
  const names = (stays: boolean) =>
    after.filter(({ name, shape }) => (shapes.get(name) === shape.join()) === stays).map(({ name }) => name);
  return { kept: names(true), fresh: names(false) };
}
