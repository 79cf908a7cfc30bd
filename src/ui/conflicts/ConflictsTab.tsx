/** How the gradients of the tasks get along: over time, layer by layer, and under every other method. */
import { SegmentedControl } from '@mantine/core';
import { type ConflictView, conflictViews, setView, useView } from '#stores/view.ts';
import { LayersView } from './layers/LayersView.tsx';
import { MeasureSetting } from './MeasureSetting.tsx';
import { OverTimeView } from './OverTimeView.tsx';
import { WhatIfView } from './what-if/WhatIfView.tsx';
import styles from './conflicts.module.css';

const views: Readonly<Record<ConflictView, { readonly name: string; readonly View: () => React.ReactNode }>> =
  {
    'over-time': { name: 'Over time', View: OverTimeView },
    'by-layer': { name: 'By layer', View: LayersView },
    'what-if': { name: 'What if', View: WhatIfView },
  };

export function ConflictsTab() {
  const view = useView((state) => state.conflictView);
  const { View } = views[view];
  return (
    <>
      <div className={styles['bar']}>
        <SegmentedControl
          size="xs"
          aria-label="Conflicts"
          data={conflictViews.map((each) => ({ value: each, label: views[each].name }))}
          value={view}
          onChange={(next) => setView({ conflictView: next })}
        />
        <MeasureSetting />
      </div>
      <View />
    </>
  );
}
