/** The window that compares kept runs: left, which; right, how. */
import { Modal, Tabs } from '@mantine/core';
import { Suspense, useEffect } from 'react';
import { closeCompare, setCompare, useCompare } from '#stores/compare.ts';
import { forgetCurves } from '#stores/kept-curves.ts';
import { useLibrary } from '#stores/library.ts';
import styles from './compare.module.css';
import { useChosenRuns } from './chosen-runs.ts';
import { RunPicker } from './RunPicker.tsx';
import { views } from './views.ts';

export function CompareModal() {
  useEffect(() => forgetCurves, []);
  return (
    <Modal
      opened
      onClose={closeCompare}
      title="Compare runs"
      fullScreen
      radius={0}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{
        content: styles['window'] ?? '',
        header: styles['head'] ?? '',
        body: styles['body'] ?? '',
      }}
    >
      <Contents />
    </Modal>
  );
}

function Contents() {
  const status = useLibrary((library) => library.status);
  const reason = useLibrary((library) => library.reason);
  const isEmpty = useLibrary((library) => library.runs.length === 0);
  if (status === 'opening') return <p className={styles['said']}>Looking for runs kept on this device …</p>;
  if (status === 'unavailable')
    return (
      <p role="alert" className={styles['said']}>
        {reason}
      </p>
    );
  if (isEmpty)
    return (
      <p className={styles['said']}>
        No run is kept in this browser yet. Press Train twice, with something changed in between, and compare
        what came of it.
      </p>
    );
  return (
    <>
      <RunPicker />
      <Views />
    </>
  );
}

function Views() {
  const runs = useChosenRuns();
  const wanted = useCompare((compare) => compare.view);
  const view = views.find(({ id }) => id === wanted) ?? views[0];
  if (!view) return null;
  const { id, View } = view;
  return (
    <Tabs
      value={id}
      onChange={(next) => next !== null && setCompare({ view: next })}
      keepMounted={false}
      variant="unstyled"
      className={styles['views'] ?? ''}
    >
      <Tabs.List className={styles['tabs'] ?? ''} aria-label="Ways of comparing">
        {views.map((each) => (
          <Tabs.Tab key={each.id} value={each.id} className={styles['tab'] ?? ''}>
            {each.name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={id} className={styles['view'] ?? ''} data-scroller>
        <Missing />
        {runs.length === 0 ? (
          <p className="soft">Choose runs in the list to see them side by side.</p>
        ) : (
          <Suspense fallback={null}>
            <View runs={runs} />
          </Suspense>
        )}
      </Tabs.Panel>
    </Tabs>
  );
}

/** Said where a link named runs that this browser does not have. */
function Missing() {
  const missing = useCompare((compare) => compare.missing);
  if (missing === 0) return null;
  return (
    <output className={styles['missing']}>
      {missing === 1
        ? 'One run of this link is not kept in this browser and was left out.'
        : `${missing} runs of this link are not kept in this browser and were left out.`}
    </output>
  );
}
