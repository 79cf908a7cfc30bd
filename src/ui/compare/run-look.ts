/** How a run is told from others wherever it is drawn: by its colour, and beyond eight runs by a sign, too. */
import type { RunRecord } from '#stores/library.ts';
import type { Sign } from '../charts/signs.ts';
import { taskColour } from '../task-colour.ts';

/** Colours in the list; the runs of one colour differ in their sign. */
const colours = 8;
const signs: readonly (Sign | null)[] = [null, 'square', 'triangle', 'diamond', 'cross'];

export interface RunLook {
  /** CSS colour. */
  readonly colour: string;
  /** What stands on its lines from place to place; null for plain lines. */
  readonly sign: Sign | null;
}

/** The same for a run everywhere and for as long as it is kept. */
export function lookOf({ colour }: Pick<RunRecord, 'colour'>): RunLook {
  return {
    colour: taskColour(colour),
    sign: signs[Math.floor(Math.max(0, colour) / colours) % signs.length] ?? null,
  };
}
