/** What the label editor is at: labels with their history, what is looked at and what is chosen. Pure: no page, no storage. */
import { isLabelled } from '#data/labels/counts.ts';
import { type LabelEdit, LabelEditError } from '#data/labels/edits.ts';
import { everything, filterSamples, type SampleFilter } from '#data/labels/filter.ts';
import { historyOf, type LabelHistory, perform, redoLast, undoLast } from '#data/labels/history.ts';
import type { LabelColumn } from '#data/dataset.ts';
import type { SetLabels } from '#data/sets/manifest.ts';
import { columnWidth } from '#experiment/dataset-info.ts';
import { type How, only, pick, type Selection } from './selection.ts';

export interface EditorState {
  readonly history: LabelHistory;
  /** File names by sample; empty until they are known. */
  readonly names: readonly string[];
  readonly filter: SampleFilter;
  /** Samples that are shown: as they passed the filter when it was set, so that none leaves while it is labelled. */
  readonly list: Uint32Array;
  readonly selection: Selection;
  /** Id of the column that keys give labels of; '' where there is none. */
  readonly column: string;
  /** What to tell: why something was refused, or what is done. */
  readonly said: { readonly text: string; readonly isRefusal: boolean } | null;
}

export type EditorAction =
  | { readonly type: 'edit'; readonly edit: LabelEdit }
  /** A label for what is chosen: the class at a place (of several: there or not), or a number. */
  | { readonly type: 'give'; readonly at: number }
  | { readonly type: 'number'; readonly at: number; readonly value: number | null }
  /** Of several labels, none. */
  | { readonly type: 'none' }
  | { readonly type: 'take-away' }
  | { readonly type: 'undo' }
  | { readonly type: 'redo' }
  | { readonly type: 'filter'; readonly filter: SampleFilter }
  | { readonly type: 'focus'; readonly column: string }
  | { readonly type: 'pick'; readonly place: number; readonly how: How }
  | { readonly type: 'all' }
  /** To the next image without a label. */
  | { readonly type: 'next' }
  | { readonly type: 'names'; readonly names: readonly string[] }
  /** What was changed is a revision now. */
  | { readonly type: 'saved'; readonly labels: SetLabels; readonly text: string }
  | { readonly type: 'say'; readonly text: string };

/** The editor as it opens. */
export function openEditor(
  labels: SetLabels,
  start: { readonly filter?: SampleFilter | undefined; readonly edits?: readonly LabelEdit[] } = {},
): EditorState {
  const filter = start.filter ?? everything;
  let history = historyOf(labels);
  let said: EditorState['said'] = null;
  for (const edit of start.edits ?? []) {
    try {
      history = perform(history, edit);
    } catch (error) {
      if (!(error instanceof LabelEditError)) throw error;
      said = { text: `Not all of the draft fits these labels: ${error.message}`, isRefusal: true };
      break;
    }
  }
  const list = filterSamples(history.labels, [], filter);
  const question = filter.label;
  const asked = question?.kind === 'both' ? question.one : question?.column;
  const column = asked ?? history.labels.columns[0]?.info.id ?? '';
  return { history, names: [], filter, list, selection: only(list, 0), column, said };
}

/** The column in focus. */
export function focused({ history, column }: EditorState): LabelColumn | undefined {
  return history.labels.columns.find(({ info }) => info.id === column);
}

/** The list anew, with the keyboard at its beginning. */
function listed(state: EditorState, filter: SampleFilter): EditorState {
  const list = filterSamples(state.history.labels, state.names, filter);
  return { ...state, filter, list, selection: only(list, 0) };
}

/** After the classes changed, a question about one of them would mean another. */
function afterHistory(state: EditorState, history: LabelHistory): EditorState {
  const next = { ...state, history, said: null };
  const shape = ({ columns }: SetLabels) =>
    JSON.stringify(
      columns.map(({ info }) => [info.id, columnWidth(info), 'classes' in info && info.classes]),
    );
  if (shape(state.history.labels) === shape(history.labels)) return next;
  const isThere = history.labels.columns.some(({ info }) => info.id === state.column);
  const column = isThere ? state.column : (history.labels.columns[0]?.info.id ?? '');
  const { label } = state.filter;
  return label?.kind === 'class'
    ? listed({ ...next, column }, { ...state.filter, label: null })
    : { ...next, column };
}

/** The next place without a label in the column, round the end of the list; null where all have one. */
function nextUnlabelled({ list, selection }: EditorState, column: LabelColumn): number | null {
  for (let step = 1; step <= list.length; step++) {
    const place = (selection.active + step) % list.length;
    if (!isLabelled(column, list[place] ?? 0)) return place;
  }
  return null;
}

function goOn(state: EditorState): EditorState {
  const column = focused(state);
  if (!column) return state;
  const place = nextUnlabelled(state, column);
  if (place === null)
    return {
      ...state,
      said: { text: `All images shown here are labelled in ${column.info.name}.`, isRefusal: false },
    };
  return { ...state, selection: only(state.list, place) };
}

function edited(state: EditorState, edit: LabelEdit): EditorState {
  try {
    return afterHistory(state, perform(state.history, edit));
  } catch (error) {
    if (!(error instanceof LabelEditError)) throw error;
    return { ...state, said: { text: error.message, isRefusal: true } };
  }
}

/** The edit that a label for what is chosen is; null where it means nothing. */
function editOf(state: EditorState, action: EditorAction): LabelEdit | null {
  const column = focused(state);
  const samples = Uint32Array.from(state.selection.chosen);
  if (!column || samples.length === 0) return null;
  const { id, kind } = column.info;
  const set = (at: number, value: number | null): LabelEdit => ({
    kind: 'set',
    column: id,
    samples,
    at,
    value,
  });
  switch (action.type) {
    case 'take-away':
      return { kind: 'clear', column: id, samples };
    case 'number':
      return kind === 'number' ? set(action.at, action.value) : null;
    case 'none':
      return kind === 'labels' ? { kind: 'none', column: id, samples } : null;
    case 'give': {
      if (kind === 'number' || action.at >= column.info.classes.length) return null;
      if (kind === 'class') return set(0, action.at);
      const width = column.info.classes.length;
      const allHave = samples.every((sample) => (column.values[sample * width + action.at] ?? 0) > 0);
      return set(action.at, allHave ? 0 : 1);
    }
    default:
      return null;
  }
}

/** A label, and on to the next image without one where these had none. One that may carry several stays for more. */
function given(state: EditorState, action: EditorAction): EditorState {
  const column = focused(state);
  const edit = editOf(state, action);
  if (!column || !edit) return state;
  const wereEmpty = [...state.selection.chosen].every((sample) => !isLabelled(column, sample));
  const after = edited(state, edit);
  if (after.history === state.history || !wereEmpty || action.type !== 'give') return after;
  return column.info.kind === 'class' ? goOn(after) : after;
}

/** What the editor is at after something was done. */
export function reduceEditor(state: EditorState, action: EditorAction): EditorState {
  switch (action.type) {
    case 'edit':
      return edited(state, action.edit);
    case 'give':
    case 'number':
    case 'none':
    case 'take-away':
      return given(state, action);
    case 'undo':
      return afterHistory(state, undoLast(state.history));
    case 'redo':
      return afterHistory(state, redoLast(state.history));
    case 'filter':
      return listed({ ...state, said: null }, action.filter);
    case 'focus':
      return { ...state, column: action.column, said: null };
    case 'pick':
      return { ...state, selection: pick(state.list, state.selection, action.place, action.how) };
    case 'all':
      return { ...state, selection: { ...state.selection, chosen: new Set(state.list) } };
    case 'next':
      return goOn(state);
    case 'names':
      return { ...state, names: action.names };
    case 'saved':
      return {
        ...state,
        history: historyOf(action.labels),
        said: { text: action.text, isRefusal: false },
      };
    case 'say':
      return { ...state, said: { text: action.text, isRefusal: true } };
  }
}
