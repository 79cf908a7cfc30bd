/** In a narrow card, where the inspector is further down the page: what is selected, what one can do with it, and the way there. */
import { ActionIcon } from '@mantine/core';
import { IconAdjustments, IconTrash } from '@tabler/icons-react';
import { describeLayer } from '#experiment/layers/index.ts';
import { useExperiment } from '#stores/experiment.ts';
import { useView } from '#stores/view.ts';
import { applyEdit } from './apply.ts';
import { removeSelected } from './edits.ts';
import { LayerTools } from './LayerTools.tsx';
import styles from './network.module.css';
import { layerAt } from './places.ts';

/** Where the inspector's words about a layer begin. */
export const inspectorId = 'layer-inspector';

function showInspector(): void {
  document.getElementById(inspectorId)?.scrollIntoView({ block: 'start', behavior: 'smooth' });
}

export function SelectionBar() {
  const selection = useView((state) => state.selection);
  const layer = useExperiment((state) => layerAt(state.experiment, selection));
  if (selection === null || !layer) return null;
  const remove = () => applyEdit((experiment) => removeSelected(experiment, selection));
  return (
    <div className={styles['selectionBar']} role="toolbar" aria-label="Selected layer">
      <strong>{describeLayer(layer).label}</strong>
      <LayerTools path={selection} compact />
      <ActionIcon variant="default" size={32} aria-label="Remove" onClick={remove}>
        <IconTrash size={15} />
      </ActionIcon>
      <ActionIcon variant="default" size={32} aria-label="Settings" onClick={showInspector}>
        <IconAdjustments size={15} />
      </ActionIcon>
    </div>
  );
}
