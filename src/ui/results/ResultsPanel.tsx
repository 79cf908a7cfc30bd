/** What a run gives: its curves while it goes, its predictions, its mistakes, and a place to try it on other images. */
import { Tabs } from '@mantine/core';
import { type ResultTab, resultTabs, setView, useView } from '#stores/view.ts';
import { CurveOptions } from './CurveOptions.tsx';
import { CurvesTab } from './CurvesTab.tsx';
import styles from './results.module.css';

const names: Readonly<Record<ResultTab, string>> = {
  curves: 'Curves',
  predictions: 'Predictions',
  confusion: 'Confusion',
  try: 'Try it',
};

export function ResultsPanel() {
  const tab = useView((state) => state.tab);
  return (
    <section className={styles['panel']} aria-label="Results">
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
          {tab === 'curves' ? <CurveOptions /> : null}
        </div>
        <Tabs.Panel value="curves" className={styles['content'] ?? ''}>
          <CurvesTab />
        </Tabs.Panel>
      </Tabs>
    </section>
  );
}
