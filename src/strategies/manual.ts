/** Manual weights: a number per task, set by hand, also while training. */
import { z } from 'zod';
import { defineStrategy } from './strategy.ts';

const schema = z.strictObject({
  /** By task id; a task that is not named weighs 1. */
  weights: z.record(z.string(), z.number().min(0).max(1000)).default({}),
});

export const manual = defineStrategy({
  name: 'Manual weights',
  help: 'Multiplies each loss by a number you choose. Use it when one task matters more, or its loss is on another scale.',
  needs: 'losses',
  constant: true,
  schema,
  numbers: () => ({}),
  initialState: () => new Float64Array(),
  step: ({ tasks, settings, state }) => ({
    weights: Float64Array.from(tasks, (task) => settings.weights[task] ?? 1),
    state,
  }),
});
