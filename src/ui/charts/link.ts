/** What the charts share: the position under the pointer, and the part of the x axis that is in view. */
import { createContext, useContext, useSyncExternalStore } from 'react';

export interface Cursor {
  /** Position on the axis, in steps or seconds. */
  readonly x: number;
  /** Id of the chart that the pointer or the focus is in. */
  readonly source: string;
  /** Value under the pointer; absent where the position was chosen with the keyboard. */
  readonly y?: number;
}

export interface Zoom {
  readonly from: number;
  readonly to: number;
}

/** A value that tells those who listen when it is another. */
export class Shared<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  readonly get = (): Value => this.#value;

  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
}

export const sharedCursor = new Shared<Cursor | null>(null);
export const sharedZoom = new Shared<Zoom | null>(null);

export function useShared<Value>(shared: Shared<Value>): Value {
  return useSyncExternalStore(shared.subscribe, shared.get);
}

/** Charts that share a position under the pointer and a view of the x axis. */
export interface ChartLink {
  readonly cursor: Shared<Cursor | null>;
  readonly zoom: Shared<Zoom | null>;
}

/** The link of the charts below; those of the run on the page, unless a window has a link of its own. */
export const ChartLinkContext = createContext<ChartLink>({ cursor: sharedCursor, zoom: sharedZoom });

export const useChartLink = (): ChartLink => useContext(ChartLinkContext);
