/** How the page is looked at: tabs, selection, chart options. Kept between visits; decides nothing about a run. */
import { useStore } from 'zustand';
import { persist } from 'zustand/middleware';
import { createStore } from 'zustand/vanilla';
import type { SampleFilter } from '#data/labels/filter.ts';

export const resultTabs = ['curves', 'conflicts', 'predictions', 'confusion', 'try'] as const;
export type ResultTab = (typeof resultTabs)[number];
/** What the conflicts of the tasks are looked at by. */
export const conflictViews = ['over-time', 'by-layer', 'what-if'] as const;
export type ConflictView = (typeof conflictViews)[number];
export const xAxes = ['step', 'epoch', 'seconds'] as const;
export type XAxis = (typeof xAxes)[number];
/** Sections of the one-column page. */
export const sections = ['data', 'network', 'results', 'settings'] as const;
export type Section = (typeof sections)[number];
/** Windows over the page, of which one at most is open. */
export type DialogName =
  | 'shortcuts'
  | 'data'
  | 'import'
  | 'gallery'
  | 'labels'
  | 'engine'
  | 'methods'
  | 'runs'
  | 'compare'
  | 'studies'
  | 'rate-finder';

interface ViewState {
  readonly tab: ResultTab;
  readonly conflictView: ConflictView;
  /** Steps between two measurements of the task gradients by layer; null for none. */
  readonly watchEvery: number | null;
  /** Path of the selected layer (`trunk.2`, `heads.top-left.0`), or of a task (`tasks.top-left`). */
  readonly selection: string | null;
  /** Weight of the past in the smoothed curves, 0…0.999. */
  readonly smoothing: number;
  readonly xAxis: XAxis;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly section: Section;
  /** Whether the inspector is open where it is a drawer. */
  readonly inspectorOpen: boolean;
  readonly dialog: DialogName | null;
  /** Whose labels the label editor shows, and which of its images; null where it is closed. */
  readonly labelling: { readonly set: string; readonly filter: SampleFilter | null } | null;
  /** Which kind of study is being planned; null for the first. */
  readonly studyKind: string | null;
  /** Where the race that is planned branches off; null where the form begins with the run on the page. */
  readonly raceFrom: { readonly run: string; readonly step: number } | null;
}

export const viewStore = createStore<ViewState>()(
  persist(
    (): ViewState => ({
      tab: 'curves',
      conflictView: 'over-time',
      watchEvery: 50,
      selection: null,
      smoothing: 0.8,
      xAxis: 'step',
      logX: false,
      logY: false,
      section: 'network',
      inspectorOpen: false,
      dialog: null,
      labelling: null,
      studyKind: null,
      raceFrom: null,
    }),
    {
      name: 'trunkline-view',
      version: 1,
      partialize: ({ smoothing, xAxis, logX, logY, watchEvery }) => ({
        smoothing,
        xAxis,
        logX,
        logY,
        watchEvery,
      }),
    },
  ),
);

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(viewStore, select);
}

export function setView(change: Partial<ViewState>): void {
  viewStore.setState(change);
}
