/** The ways of comparing runs, in the order of their tabs. Each is loaded when it is first looked at. */
import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import type { RunRecord } from '#stores/library.ts';

export interface CompareTabProps {
  /** The chosen runs that are kept here and not hidden, in the order in which they were chosen. */
  readonly runs: readonly RunRecord[];
}

export interface CompareTab {
  /** As in the address: `?view=curves`. */
  readonly id: string;
  readonly name: string;
  readonly View: LazyExoticComponent<ComponentType<CompareTabProps>>;
}

export const views: readonly CompareTab[] = [
  {
    id: 'curves',
    name: 'Curves',
    View: lazy(() => import('./CurvesView.tsx').then((module) => ({ default: module.CurvesView }))),
  },
];
