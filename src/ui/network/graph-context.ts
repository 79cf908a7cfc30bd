/** What the wires' + buttons share, apart from the wires themselves: redrawing one does not redraw the rest. */
import { createContext } from 'react';
import type { Edited } from './edits.ts';

interface GraphControls {
  /** Wires whose + the Tab key reaches: those at the current node. */
  readonly tabbable: ReadonlySet<string>;
  /** The wire whose menu is open. */
  readonly menu: string | null;
  /** Where a dragged layer would drop. */
  readonly drop: string | null;
  readonly openMenu: (wire: string) => void;
  /** Ends the menu, with what was inserted. */
  readonly closeMenu: (edited: Edited | undefined) => void;
}

export const GraphContext = createContext<GraphControls>({
  tabbable: new Set(),
  menu: null,
  drop: null,
  openMenu: () => undefined,
  closeMenu: () => undefined,
});
