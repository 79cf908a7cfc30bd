/** Every task has one colour, the same in graph, curves, tables and galleries. */

/** CSS colour of the task at a place in the experiment's list; repeats after eight. */
export function taskColour(index: number): string {
  return `var(--task-${Math.max(0, index) % 8})`;
}
