/** Moves the keyboard's focus in the graph after it has been drawn anew. */

function focusSoon(find: () => HTMLElement | null): void {
  // React Flow draws nodes one pass after React: two frames later they are there.
  requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus({ preventScroll: false })));
}

/** Focuses a node by its id. */
export function focusNode(id: string): void {
  focusSoon(() => document.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`));
}

/** Focuses the + of a wire. */
export function focusWire(id: string): void {
  focusSoon(() => document.querySelector<HTMLElement>(`[data-wire="${CSS.escape(id)}"]`));
}
