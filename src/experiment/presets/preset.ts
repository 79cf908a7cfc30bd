/** A network preset: a trunk, and the head that every task gets. */
import type { z } from 'zod';
import type { layerSchema } from '../layers/index.ts';

/** A layer as a document may give it: defaults left out. */
export type LayerInput = z.input<typeof layerSchema>;

export interface Preset {
  readonly name: string;
  /** One sentence: what it is and what it suits. */
  readonly help: string;
  readonly trunk: readonly LayerInput[];
  readonly head: readonly LayerInput[];
}
