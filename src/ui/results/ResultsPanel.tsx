/** What a run gives: its curves while it goes, its predictions, its mistakes, and a place to try it on other images. */
import { Tabs, VisuallyHidden } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { type ResultTab, resultTabs, setView, useView } from '#stores/view.ts';
import { ConfusionTab } from './ConfusionTab.tsx';
import { CurveOptions } from './CurveOptions.tsx';
import { CurvesTab } from './CurvesTab.tsx';
import { PredictionsTab } from './PredictionsTab.tsx';
import { noFilter, type PredictionFilter } from './ranking.ts';
import { TryTab } from './TryTab.tsx';
import { useResults } from './use-results.ts';
import styles from './results.module.css';

/** Loaded when it is first looked at. */
const ConflictsTab = lazy(() =>
  import('../conflicts/ConflictsTab.tsx').then((module) => ({ default: module.ConflictsTab })),
);

const names: Readonly<Record<ResultTab, string>> = {
  curves: 'Curves',
  conflicts: 'Conflicts',
  predictions: 'Predictions',
  confusion: 'Evaluation',
  try: 'Try it',
};

export function ResultsPanel() {
  const tab = useView((state) => state.tab);
  const hasCurves = useView(
    (state) => state.tab === 'curves' || (state.tab === 'conflicts' && state.conflictView === 'over-time'),
  );
  return (
    <section className={styles['panel']} aria-label="Results">
      <VisuallyHidden component="h2">Results</VisuallyHidden>
      <Tabs
        value={tab}
        onChange={(next) => {
          const chosen = resultTabs.find((each) => each === next);
          if (chosen) setView({ tab: chosen });
        }}
        keepMounted={false}
        variant="unstyled"
      >
        <div className={styles['bar']}>
          <Tabs.List className={styles['tabs'] ?? ''} aria-label="Results">
            {resultTabs.map((each) => (
              <Tabs.Tab key={each} value={each} className={styles['tab'] ?? ''}>
                {names[each]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {hasCurves ? <CurveOptions /> : null}
        </div>
        <Tabs.Panel value={tab} className={styles['content'] ?? ''}>
          <TabContent tab={tab} />
        </Tabs.Panel>
      </Tabs>
    </section>
  );
}

function TabContent({ tab }: { readonly tab: ResultTab }) {
  const [filter, setFilter] = useState<PredictionFilter>(noFilter);
  const choice = useResults();
  switch (tab) {
    case 'curves':
      return <CurvesTab />;
    case 'conflicts':
      return (
        <Suspense fallback={null}>
          <ConflictsTab />
        </Suspense>
      );
    case 'predictions':
      return <PredictionsTab choice={choice} filter={filter} onFilter={setFilter} />;
    case 'confusion':
      return (
        <ConfusionTab
          choice={choice}
          onShow={(wanted) => {
            setFilter(wanted);
            setView({ tab: 'predictions' });
          }}
        />
      );
    case 'try':
      return <TryTab />;
  }
}
