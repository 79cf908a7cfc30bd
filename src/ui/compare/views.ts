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
  {
    id: 'table',
    name: 'Table',
    View: lazy(() => import('./TableView.tsx').then((module) => ({ default: module.TableView }))),
  },
  {
    id: 'trade-offs',
    name: 'Trade-offs',
    View: lazy(() => import('./TradeOffsView.tsx').then((module) => ({ default: module.TradeOffsView }))),
  },
  {
    id: 'twin',
    name: 'Single-task twin',
    View: lazy(() => import('./twin/TwinView.tsx').then((module) => ({ default: module.TwinView }))),
  },
  {
    id: 'ensemble',
    name: 'Ensemble',
    View: lazy(() =>
      import('../ensembles/EnsembleView.tsx').then((module) => ({ default: module.EnsembleView })),
    ),
  },
];
