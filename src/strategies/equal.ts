/** Equal weights: the plain sum of the losses. */
import { z } from 'zod';
import { defineStrategy } from './strategy.ts';

const schema = z.strictObject({});

export const equal = defineStrategy({
  name: 'Equal weights',
  help: 'Adds up all losses as they are. The baseline: good when the losses have similar sizes.',
  needs: 'losses',
  constant: true,
  schema,
  numbers: () => ({}),
  initialState: () => new Float64Array(),
  step: ({ losses, state }) => ({ weights: new Float64Array(losses.length).fill(1), state }),
});
