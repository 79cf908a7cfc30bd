/** Edits of the network from the page: through the store, so that undo works, then what is selected afterwards. */
import type { Experiment } from '#experiment/schema.ts';
import { editExperiment, experimentStore } from '#stores/experiment.ts';
import { setView } from '#stores/view.ts';
import type { Edited } from './edits.ts';

/**
 * Applies an edit and selects what it names.
 * @returns what is selected now; undefined where there was nothing to do or the document refused it
 */
export function applyEdit(edit: (experiment: Experiment) => Edited | undefined): Edited | undefined {
  const edited = edit(experimentStore.getState().experiment);
  if (!edited || !editExperiment(() => edited.experiment)) return undefined;
  setView({ selection: edited.selection });
  return edited;
}
