/** Totals of the network, the menu of presets and `+ Layer`. */
import { Button } from '@mantine/core';
import { IconAlertTriangleFilled, IconPlus } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { limitProblem } from '#experiment/memory.ts';
import type { Problem } from '#experiment/problem.ts';
import { formatBytes, formatCount, formatFlops } from '#lib/format.ts';
import { useExperiment } from '#stores/experiment.ts';
import { useRun } from '#stores/run-state.ts';
import { setView, useView } from '#stores/view.ts';
import { focusNode } from './focus.ts';
import { LayerMenu } from './LayerMenu.tsx';
import styles from './network.module.css';
import { placeAfter } from './places.ts';
import { PresetMenu } from './PresetMenu.tsx';

export function NetworkHeader() {
  return (
    <header className={styles['header']}>
      <h2>Network</h2>
      <Totals />
      <PresetMenu />
      <AddLayer />
    </header>
  );
}

function useBlockingProblem(): Problem | undefined {
  const problem = useExperiment((state) => state.problems[0]);
  const forecast = useExperiment((state) => state.forecast);
  const limits = useRun((state) => state.device?.limits);
  return problem ?? (limits && limitProblem(forecast, limits));
}

function Totals() {
  const plan = useExperiment((state) => state.plan);
  const total = useExperiment((state) => state.forecast.total);
  const problem = useBlockingProblem();
  if (problem) return <Blocked problem={problem} />;
  return (
    <p className={styles['totals']}>
      <span>{formatCount(plan.parameterCount)} parameters</span>
      <span>{formatFlops(plan.flops)}/image</span>
      <span>{formatBytes(total)} to train</span>
    </p>
  );
}

/** Why it cannot train, as a way to the layer at fault. */
function Blocked({ problem }: { problem: Problem }) {
  const node = /^(?:trunk\.\d+|heads\.[^.]+\.\d+|tasks\.[^.]+)/.exec(problem.path)?.[0];
  const content = (
    <>
      <IconAlertTriangleFilled size={13} aria-hidden />
      <span>{problem.rule}</span>
    </>
  );
  if (node === undefined) {
    return (
      <p className={styles['blocked']} title={problem.remedy}>
        {content}
      </p>
    );
  }
  const show = () => {
    setView({ selection: node, inspectorOpen: true });
    focusNode(node);
  };
  return (
    <button type="button" className={styles['blocked']} title={problem.remedy} onClick={show}>
      {content}
    </button>
  );
}

function AddLayer() {
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const experiment = useExperiment((state) => state.experiment);
  const selection = useView((state) => state.selection);
  return (
    <LayerMenu
      opened={opened}
      onChange={(next) => {
        setOpened(next);
        if (!next) button.current?.focus();
      }}
      place={placeAfter(experiment, selection)}
      onInserted={(edited) => {
        setOpened(false);
        if (edited.selection) focusNode(edited.selection);
      }}
    >
      <Button ref={button} h={28} px={10} fz={12} leftSection={<IconPlus size={13} />}>
        Layer
      </Button>
    </LayerMenu>
  );
}
