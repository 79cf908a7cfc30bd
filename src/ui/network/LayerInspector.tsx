/** What is selected in the network, in full: a layer's settings and cost, a task's output, or the whole. */
import { describeLayer } from '#experiment/layers/index.ts';
import { useExperiment } from '#stores/experiment.ts';
import { useView } from '#stores/view.ts';
import { LayerDetails } from './LayerDetails.tsx';
import { NetworkSummary } from './NetworkSummary.tsx';
import { OutputDetails } from './OutputDetails.tsx';
import { layerAt } from './places.ts';

export function LayerInspector() {
  const selection = useView((state) => state.selection);
  const experiment = useExperiment((state) => state.experiment);
  const layer = layerAt(experiment, selection);
  if (selection !== null && layer) {
    return (
      <LayerDetails
        key={`${selection} ${describeLayer(layer).definition.name}`}
        path={selection}
        layer={layer}
      />
    );
  }
  const task = experiment.tasks.find(({ id }) => `tasks.${id}` === selection);
  return task ? <OutputDetails task={task} /> : <NetworkSummary />;
}
