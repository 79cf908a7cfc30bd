/** Which images of a list are chosen: by click, with shift from the last one on, with ctrl one by one, and by arrows. */

export interface Selection {
  /** Place in the list where the keyboard is; -1 in an empty list. */
  readonly active: number;
  /** Where a range that is drawn with shift begins. */
  readonly anchor: number;
  /** Chosen samples, by id. */
  readonly chosen: ReadonlySet<number>;
}

export interface How {
  /** From the anchor to here. */
  readonly extend?: boolean;
  /** Beside what is chosen, or not any more. */
  readonly toggle?: boolean;
}

export function only(list: Uint32Array, place: number): Selection {
  const id = list[place];
  if (id === undefined) return { active: -1, anchor: -1, chosen: new Set() };
  return { active: place, anchor: place, chosen: new Set([id]) };
}

/** What is chosen after the image at a place was pointed at. */
export function pick(list: Uint32Array, before: Selection, place: number, how: How = {}): Selection {
  const id = list[place];
  if (id === undefined) return before;
  if (how.extend && before.anchor >= 0) {
    const [from, to] = [Math.min(before.anchor, place), Math.max(before.anchor, place)];
    const range = list.subarray(from, to + 1);
    const chosen = how.toggle ? new Set([...before.chosen, ...range]) : new Set(range);
    return { active: place, anchor: before.anchor, chosen };
  }
  if (!how.toggle) return only(list, place);
  const chosen = new Set(before.chosen);
  if (!chosen.delete(id)) chosen.add(id);
  return { active: place, anchor: place, chosen };
}

/** Where an arrow leads in a grid of so many columns; null for another key. */
export function placeAfter(key: string, place: number, count: number, columns: number): number | null {
  const within = (to: number) => Math.max(0, Math.min(count - 1, to));
  switch (key) {
    case 'ArrowLeft':
      return within(place - 1);
    case 'ArrowRight':
      return within(place + 1);
    case 'ArrowUp':
      return place - columns < 0 ? place : place - columns;
    case 'ArrowDown':
      return within(place + columns);
    case 'PageUp':
      return within(place - 5 * columns);
    case 'PageDown':
      return within(place + 5 * columns);
    case 'Home':
      return 0;
    case 'End':
      return within(count - 1);
    default:
      return null;
  }
}
