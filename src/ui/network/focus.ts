/** Moves the keyboard's focus in the graph after it has been drawn anew. */

/** Whether an element lies in its graph's window, which shows all or a part of the graph. */
function isInWindow(element: HTMLElement): boolean {
  const inner = element.getBoundingClientRect();
  const outer = element.closest('.react-flow')?.getBoundingClientRect();
  return outer !== undefined && inner.top >= outer.top && inner.bottom <= outer.bottom;
}

function focusSoon(find: () => HTMLElement | null): void {
  // React Flow draws nodes one pass after React: two frames later they are there.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const element = find();
      // Only the page may scroll: were the graph's window to, it would be out of step with its panning.
      element?.focus({ preventScroll: true });
      if (element && isInWindow(element)) element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }),
  );
}

/** Focuses a node by its id. */
export function focusNode(id: string): void {
  focusSoon(() => document.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`));
}

/** Focuses the + of a wire. */
export function focusWire(id: string): void {
  focusSoon(() => document.querySelector<HTMLElement>(`[data-wire="${CSS.escape(id)}"]`));
}
