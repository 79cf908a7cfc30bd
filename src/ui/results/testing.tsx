/** Runs and data sets for the tests of this folder: small, real in shape, with numbers that the tests can foresee. */
import '@mantine/core/styles.layer.css';
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { render } from 'vitest-browser-react';
import { infoFor } from '#data/resolve.ts';
import { columnWidth } from '#experiment/dataset-info.ts';
import { describeTask } from '#experiment/tasks/index.ts';
import { experimentFor } from '#experiment/defaults.ts';
import type { Experiment } from '#experiment/schema.ts';
import { SeriesTable } from '#lib/series.ts';
import { datasetKey, datasetStore } from '#stores/dataset.ts';
import { openExperiment } from '#stores/experiment.ts';
import { type RunState, runStore } from '#stores/run-state.ts';
import { viewStore } from '#stores/view.ts';
import { cssVariables, theme } from '../theme.ts';
import { ResultsPanel } from './ResultsPanel.tsx';
import type { Evaluation } from './curve-charts.ts';
import type { DatasetSummary } from './task-results.ts';

/** The panel as it is on the page, 820 pixels wide. */
export function showPanel() {
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <div style={{ width: 820 }}>
        <ResultsPanel />
      </div>
    </MantineProvider>,
  );
}

export function experimentOn(source: string): Experiment {
  const data = { source, settings: {} };
  return experimentFor(infoFor(data), data);
}

/** A row of metrics: what is not given is NaN. */
export interface Row {
  readonly step: number;
  readonly learningRate?: number;
  readonly gradientNorm?: number;
  /** Per task. */
  readonly losses: readonly number[];
  readonly metrics?: readonly number[];
}

/** Puts a run on the page, as the worker's events would; one step takes a tenth of a second. */
export function showRun(experiment: Experiment, rows: readonly Row[], state: Partial<RunState> = {}): void {
  openExperiment(experiment);
  const ids = experiment.tasks.map(({ id }) => id);
  const series = new SeriesTable([
    'step',
    'seconds',
    'learningRate',
    'gradientNorm',
    ...ids.map((id) => `loss/${id}`),
    ...ids.map((id) => `metric/${id}`),
    ...ids.map((id) => `weight/${id}`),
  ]);
  const none = ids.map(() => Number.NaN);
  for (const row of rows)
    series.append([
      row.step,
      row.step / 10,
      row.learningRate ?? 1e-3,
      row.gradientNorm ?? 1,
      ...row.losses,
      ...(row.metrics ?? none),
      ...ids.map(() => 1),
    ]);
  const last = rows.at(-1)?.step ?? 0;
  runStore.setState({
    validations: [],
    test: null,
    best: {},
    evaluating: null,
    notice: null,
    error: null,
    kept: {},
    run: runStore.getState().run + 1,
    status: 'running',
    experiment,
    series,
    revision: rows.length,
    step: last,
    totalSteps: last,
    ...state,
  });
}

/** A test part of some samples with the labels given by column id, and nothing else. */
export function showDataset(
  experiment: Experiment,
  labels: Readonly<Record<string, readonly number[]>>,
): DatasetSummary {
  const info = infoFor(experiment.data);
  const columns = info.columns.map((column) => ({
    info: column,
    values: Float32Array.from(labels[column.id] ?? []),
  }));
  const [first] = columns;
  const count = first ? first.values.length / columnWidth(first.info) : 0;
  const none = new Uint32Array();
  const split = { train: none, validation: none, test: Uint32Array.from({ length: count }, (_, i) => i) };
  const summary = { info, columns, split };
  datasetStore.setState({
    status: 'ready',
    key: datasetKey(experiment),
    summary,
    progress: null,
    error: null,
  });
  return summary;
}

/** An evaluation of the test part, scored by the tasks themselves. */
export function evaluate(
  experiment: Experiment,
  summary: DatasetSummary,
  outputs: Readonly<Record<string, readonly number[]>>,
): Evaluation {
  const raw = Object.fromEntries(
    experiment.tasks.map(({ id }) => [id, Float32Array.from(outputs[id] ?? [])] as const),
  );
  const tasks = Object.fromEntries(
    experiment.tasks.map((task) => {
      const column = summary.columns.find(({ info }) => info.id === task.column);
      if (!column) throw new Error(`no column ${task.column}`);
      const data = { outputs: raw[task.id] ?? new Float32Array(), targets: column.values };
      return [task.id, describeTask(task).score(column.info, data)] as const;
    }),
  );
  return { split: 'test', step: 10, seconds: 1, tasks, meanLoss: 1, outputs: raw };
}

/** A validation with nothing but losses. */
export function validation(experiment: Experiment, step: number, losses: readonly number[]): Evaluation {
  const tasks = Object.fromEntries(
    experiment.tasks.map(
      ({ id }, i) => [id, { loss: losses[i] ?? Number.NaN, metrics: { accuracy: 0.5 } }] as const,
    ),
  );
  return { split: 'validation', step, seconds: step / 10, tasks, meanLoss: 1, outputs: {} };
}

/** The page as it is before anything was done. */
export function startOver(): void {
  viewStore.setState({ tab: 'curves', smoothing: 0, xAxis: 'step', logX: false, logY: false });
  runStore.setState({
    status: 'idle',
    experiment: null,
    step: 0,
    series: new SeriesTable([]),
    test: null,
    validations: [],
  });
}
