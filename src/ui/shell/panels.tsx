/** The side panels, as every arrangement shows them. */
import { AugmentationSection } from '../data/AugmentationSection.tsx';
import { DataPanel } from '../data/DataPanel.tsx';
import { LayerInspector } from '../network/LayerInspector.tsx';
import { RunFigures } from '../run/RunFigures.tsx';
import { TrainingSettings } from '../run/TrainingSettings.tsx';
import { TasksPanel } from '../tasks/TasksPanel.tsx';

/** What is taught: data, tasks, augmentation. */
export function LeftPanels() {
  return (
    <>
      <DataPanel />
      <TasksPanel />
      <AugmentationSection />
    </>
  );
}

/** How it is trained: the selected layer, the settings, this run's figures. */
export function RightPanels() {
  return (
    <>
      <LayerInspector />
      <TrainingSettings />
      <RunFigures />
    </>
  );
}
