/** How compared curves are looked at: which quantities, by what, how smooth; and all their numbers as a file. */
import { Button, SegmentedControl } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMemo } from 'react';
import {
  compareAxes,
  compareStore,
  quantities,
  type Quantity,
  setCompare,
  useCompare,
} from '#stores/compare.ts';
import { saveFile } from '../charts/save-file.ts';
import { SmoothingSlider, Toggle } from '../results/CurveOptions.tsx';
import { attempting } from '../shell/notices.ts';
import { TextButton } from '../shared/TextButton.tsx';
import { type CompareChart, chartsFor, quantityNames } from './compare-charts.ts';
import { csvOfCharts } from './compare-csv.ts';
import styles from './compare.module.css';
import { axisNames } from './run-axis.ts';
import { seedGroups } from './seed-groups.ts';
import type { CompareTabProps } from './views.ts';

interface CurveControlsProps extends CompareTabProps {
  readonly charts: readonly CompareChart[];
}

export function CurveControls({ runs, charts }: CurveControlsProps) {
  const smoothing = useCompare((compare) => compare.smoothing);
  const zoom = useCompare((compare) => compare.zoom);
  return (
    <div className={styles['controls']}>
      <Quantities runs={runs} />
      <div className={styles['options']}>
        <XAxis />
        <SmoothingSlider smoothing={smoothing} onChange={(weight) => setCompare({ smoothing: weight })} />
        <div className={styles['toggles']}>
          <Logs />
          <SpreadToggle runs={runs} />
        </div>
        {zoom ? <TextButton onClick={() => setCompare({ zoom: null })}>Show all</TextButton> : null}
        <Button
          className={styles['save'] ?? ''}
          leftSection={<IconDownload size={14} aria-hidden />}
          disabled={charts.length === 0}
          onClick={() =>
            void attempting('The numbers were not saved', async () => {
              const { smoothing: weight } = compareStore.getState();
              saveFile(await csvOfCharts(charts, runs, weight), 'trunkline-comparison.csv');
            })
          }
        >
          CSV of all
        </Button>
      </div>
    </div>
  );
}

function XAxis() {
  const x = useCompare((compare) => compare.x);
  return (
    <SegmentedControl
      size="xs"
      aria-label="X axis"
      className={styles['segments'] ?? ''}
      data={compareAxes.map((axis) => ({ value: axis, label: axisNames[axis] }))}
      value={x}
      onChange={(axis) => setCompare({ x: axis, zoom: null })}
    />
  );
}

function Logs() {
  const logX = useCompare((compare) => compare.logX);
  const logY = useCompare((compare) => compare.logY);
  return (
    <>
      <Toggle label="log x" isOn={logX} onToggle={() => setCompare({ logX: !logX })} />
      <Toggle
        label="log y"
        help="For losses, errors, weights and norms"
        isOn={logY}
        onToggle={() => setCompare({ logY: !logY })}
      />
    </>
  );
}

/** Offered where some of the runs differ in nothing but their seed. */
function SpreadToggle({ runs }: CompareTabProps) {
  const spread = useCompare((compare) => compare.spread);
  const hasSeeds = useMemo(() => seedGroups(runs).length < runs.length, [runs]);
  if (!hasSeeds) return null;
  return (
    <Toggle
      label="mean ± std"
      help="Runs that differ in nothing but their seed as one line, with a band of one standard deviation"
      isOn={spread}
      onToggle={() => setCompare({ spread: !spread })}
    />
  );
}

function Quantities({ runs }: CompareTabProps) {
  const shown = useCompare((compare) => compare.shown);
  const there = useMemo(
    () => new Set(quantities.filter((quantity) => chartsFor(runs, [quantity]).length > 0)),
    [runs],
  );
  const toggle = (quantity: Quantity) =>
    setCompare({
      shown: quantities.filter((each) => shown.includes(each) !== (each === quantity)),
    });
  return (
    <fieldset aria-label="What is drawn" className={styles['quantities']}>
      {quantities
        .filter((each) => there.has(each) || shown.includes(each))
        .map((each) => (
          <Toggle
            key={each}
            label={quantityNames[each]}
            isOn={shown.includes(each)}
            onToggle={() => toggle(each)}
          />
        ))}
    </fieldset>
  );
}
