/** What the tests of this room share: a run that trains in a moment and has all that can go wrong in being kept. */
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { layerSchema } from '#experiment/layers/index.ts';
import type { Experiment } from '#experiment/schema.ts';

export const data = {
  source: 'multi-fashion',
  settings: { trainCount: 100, validationCount: 100, testCount: 100 },
};

/** So many steps, validated every four, of a network with dropout and a method that remembers. */
export function small(change: Partial<Experiment> = {}, steps = 12): Experiment {
  const base = experimentFor(infoFor(data), data);
  return {
    ...base,
    name: 'Small',
    trunk: [
      layerSchema.parse({ kind: 'max-pool', kernel: 4, stride: 4 }),
      layerSchema.parse({ kind: 'flatten' }),
      layerSchema.parse({ kind: 'dropout', rate: 0.2 }),
      layerSchema.parse({ kind: 'dense', units: 8 }),
    ],
    strategy: { kind: 'dwa', settings: {}, gradients: 'representation' },
    training: {
      ...base.training,
      batchSize: 16,
      length: { unit: 'steps', count: steps },
      validateEvery: { unit: 'steps', count: 4 },
    },
    ...change,
  };
}
