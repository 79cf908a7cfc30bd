/** What was found the fastest is kept from session to session: per adapter, in a form with a version, of bounded size. */
import type { Choice } from './tunable.ts';

/**
 * Where winners are kept: by adapter, then by use. What `load` gives may be anything; the tuner looks at it before it
 * believes it. A store may fail: training goes on without.
 */
export interface TuningStore {
  /** What was kept for an adapter, by use; empty where there is nothing. */
  load(adapter: string): Promise<Record<string, unknown>>;
  /** Keeps these instead of what was kept for the adapter. */
  save(adapter: string, winners: Readonly<Record<string, Winner>>): Promise<void>;
  /** Forgets all adapters. */
  clear(): Promise<void>;
}

/** The fastest variant of one use. */
export type Winner = Readonly<Pick<Choice, 'variant' | 'milliseconds'>>;

/** Stands for the form of what is kept. Other forms are ignored, and replaced. */
export const winnersVersion = 1;

/** A few hundred networks of ten kernels; an entry takes about half a kilobyte. */
const mostWinners = 2000;

/** Adapters that a store keeps: a laptop has two, and a driver's update makes another. */
export const mostAdapters = 8;

/** The latest entries of `winners`, as many as may be kept. */
export function bounded(winners: ReadonlyMap<string, Winner>): Record<string, Winner> {
  return Object.fromEntries([...winners].slice(-mostWinners));
}

/** An adapter in words that tell it from others, with its driver and the browser, which compiles for it. */
export function adapterKey({ adapterInfo: info }: GPUDevice): string {
  const driver = 'driver' in info && typeof info.driver === 'string' ? info.driver : '';
  const browser = 'navigator' in globalThis ? (globalThis.navigator.userAgent ?? '') : '';
  return [info.vendor, info.architecture, info.device, info.description, driver, browser].join(' | ');
}
