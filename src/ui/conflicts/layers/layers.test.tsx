/** The conflict microscope as a person meets it: read, scrubbed, a layer chosen by pointer and by keyboard. */
import { beforeEach, describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { gramianColumns } from '#experiment/metric-columns.ts';
import type { Experiment } from '#experiment/schema.ts';
import { SeriesTable } from '#lib/series.ts';
import { editExperiment } from '#stores/experiment.ts';
import { runStore } from '#stores/run-state.ts';
import { setView, viewStore } from '#stores/view.ts';
import { experimentOn, showPanel, showRun, startOver } from '../../results/testing.tsx';
import { sharedCursor, sharedZoom } from '../../charts/link.ts';
import { gramianRow } from '../testing.ts';
import type { LayerMeasurement } from './layer-cosines.ts';

const experiment = experimentOn('multi-fashion');
const layers = ['trunk.0', 'trunk.2', 'trunk.4'];

/** In the first layer both want the same, in the second they are at right angles, in the last they part more and more. */
function measuredAt(step: number): LayerMeasurement {
  const gradients = [
    [
      [3, 0],
      [4, 0],
    ],
    [
      [1, 0],
      [0, 1],
    ],
    [[5, 0], step < 200 ? [3, 4] : [-3, 4]],
  ];
  return {
    step,
    layers,
    gramians: Float32Array.from(gradients.flatMap((each) => gramianRow(step, each).slice(2))),
    losses: Float32Array.of(1, 1),
    milliseconds: 2,
  };
}

function showMeasured(of: Experiment, measurements: readonly LayerMeasurement[]): void {
  const losses = of.tasks.map(() => 1);
  const rows = Array.from({ length: 250 }, (_, i) => ({ step: i + 1, losses }));
  const gramians = new SeriesTable(gramianColumns(of.tasks.length));
  showRun(of, rows, { gramians, layerGramians: measurements });
}

const measurements = [50, 100, 150, 200, 250].map(measuredAt);

beforeEach(() => {
  startOver();
  sharedCursor.set(null);
  sharedZoom.set(null);
  runStore.setState({ layerGramians: [] });
  setView({ tab: 'conflicts', conflictView: 'by-layer', watchEvery: 50, selection: null });
});

const map = () => document.querySelector('table[aria-label^="Cosines by layer"]');
const textOf = (place: string) => map()?.querySelector(`[data-cell="${place}"]`)?.textContent;
const chosen = () => map()?.querySelector('tr[data-chosen]')?.getAttribute('data-layer');
const titles = () => [...document.querySelectorAll('[data-chart] h3')].map(({ textContent }) => textContent);

describe('without measurements', () => {
  test('says how they come', async () => {
    const screen = await showPanel();
    await expect
      .element(screen.getByText('Press Train: every 50 steps the layers are measured'))
      .toBeVisible();
    showMeasured(experiment, []);
    await expect.element(screen.getByText('the next time is at step 300')).toBeVisible();
  });

  test('can be switched on', async () => {
    setView({ watchEvery: null });
    showMeasured(experiment, []);
    const screen = await showPanel();
    await screen.getByRole('button', { name: 'Measure every 50 steps' }).click();
    expect(viewStore.getState().watchEvery).toBe(50);
  });

  test('of one task there is nothing to compare', async () => {
    const [task] = experiment.tasks;
    if (!task) throw new Error('no task');
    const alone = { ...experiment, tasks: [task], heads: { [task.id]: [] } };
    showMeasured(alone, []);
    const screen = await showPanel();
    await expect.element(screen.getByText('One task has nobody to disagree with.')).toBeVisible();
  });
});

describe('the map', () => {
  test('shows the cosine of every layer, input first, and of all together', async () => {
    showMeasured(experiment, measurements);
    await showPanel();
    await expect.poll(() => textOf('2-1')).toBe('−0.60');
    expect([textOf('0-1'), textOf('1-1')]).toEqual(['1.00', '0.00']);
    // All: products 12 + 0 − 15, squares 9 + 1 + 25 and 16 + 1 + 25.
    expect(textOf('3-1')).toBe((-3 / Math.sqrt(35 * 42)).toFixed(2).replace('-', '−'));
    expect([0, 1, 2, 3].map((row) => textOf(`${row}-0`))).toEqual([
      '1Conv 5×5',
      '3Conv 5×5',
      '5Dense 50',
      'All shared layers',
    ]);
    expect(map()?.querySelector('[data-cell="2-1"]')?.getAttribute('aria-label')).toBe(
      'top left and bottom right in layer 5, Dense 50: cosine −0.60, in conflict',
    );
  });

  test('goes back in time, and follows the run again', async () => {
    showMeasured(experiment, measurements);
    const screen = await showPanel();
    await expect.poll(() => textOf('2-1')).toBe('−0.60');
    const slider = screen.getByRole('slider', { name: 'Measured step' });
    slider.element().focus();
    await userEvent.keyboard('{Home}');
    await expect.poll(() => textOf('2-1')).toBe('0.60');
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'step 50');
    runStore.setState({ layerGramians: [...measurements, measuredAt(300)] });
    await expect.element(slider).toHaveAttribute('aria-valuemax', '5');
    expect(textOf('2-1')).toBe('0.60');
    await screen.getByRole('button', { name: 'Latest' }).click();
    await expect.poll(() => textOf('2-1')).toBe('−0.60');
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'step 300, the latest');
  });

  test('a layer is chosen by a click: its curves are drawn, and it is selected in the graph', async () => {
    showMeasured(experiment, measurements);
    await showPanel();
    await expect.poll(titles).toEqual(['Cosines: All shared layers', 'Gradient norms: All shared layers']);
    map()?.querySelector<HTMLElement>('[data-cell="2-1"]')?.click();
    await expect.poll(titles).toEqual(['Cosines: Dense 50', 'Gradient norms: Dense 50']);
    expect(chosen()).toBe('trunk.4');
    expect(viewStore.getState().selection).toBe('trunk.4');
    await expect
      .poll(() => document.querySelector('[data-chart="layer-cosines"] table')?.textContent)
      .toContain('top left · bottom right250−0.6000');
    expect(document.querySelector('[data-chart="layer-norms"] table')?.textContent).toContain(
      'top left2505.000',
    );
  });

  test('goes by keyboard: one stop, arrows, Enter', async () => {
    showMeasured(experiment, measurements);
    await showPanel();
    await expect.poll(() => textOf('2-1')).toBe('−0.60');
    const stops = () => [...(map()?.querySelectorAll<HTMLElement>('[tabindex="0"]') ?? [])];
    expect(stops()).toHaveLength(1);
    stops()[0]?.focus();
    await userEvent.keyboard('{ArrowDown}{ArrowRight}{ArrowDown}');
    expect(document.activeElement?.getAttribute('data-cell')).toBe('2-1');
    expect(stops()).toEqual([document.activeElement]);
    await userEvent.keyboard('{ArrowUp}{Enter}');
    await expect.poll(chosen).toBe('trunk.2');
  });

  test('a layer that the page has no more is not selected there', async () => {
    showMeasured(experiment, measurements);
    expect(editExperiment((before) => ({ ...before, trunk: before.trunk.slice(0, 4) }))).toBe(true);
    await showPanel();
    await expect.poll(() => textOf('2-1')).toBe('−0.60');
    map()?.querySelector<HTMLElement>('[data-cell="2-0"]')?.click();
    await expect.poll(chosen).toBe('trunk.4');
    expect(viewStore.getState().selection).toBeNull();
  });
});

test('of many pairs the worst come first, and more on demand', async () => {
  const [task] = experiment.tasks;
  if (!task) throw new Error('no task');
  const names = Array.from({ length: 20 }, (_, i) => `task ${i}`);
  const many = {
    ...experiment,
    tasks: names.map((name, i) => ({ ...task, id: `task-${i}`, name })),
    heads: Object.fromEntries(names.map((_, i) => [`task-${i}`, []])),
  };
  // Gradients around a circle: tasks 0 and 10 oppose each other fully.
  const gradients = names.map((_, i) => [Math.cos((i * Math.PI) / 10), Math.sin((i * Math.PI) / 10)]);
  const one = Float32Array.from(gramianRow(50, gradients).slice(2));
  showMeasured(many, [{ ...measuredAt(50), layers: ['trunk.0'], gramians: one }]);
  const screen = await showPanel();
  await expect.poll(() => map()?.querySelectorAll('tbody td').length).toBe(190);
  expect(map()?.querySelector('[data-cell="0-1"]')?.getAttribute('aria-label')).toContain('cosine −1.00');
  const last = map()?.querySelector('[data-cell="0-190"]')?.getAttribute('aria-label');
  expect(last).toContain('cosine 0.95');
  const deep = Array.from({ length: 6 }, (_, k) => `trunk.${k}`);
  runStore.setState({
    layerGramians: [
      { ...measuredAt(100), layers: deep, gramians: Float32Array.from(deep.flatMap(() => [...one])) },
    ],
  });
  await expect.poll(() => map()?.querySelectorAll('thead th').length).toBe(1 + Math.floor(400 / 7));
  await screen.getByRole('button', { name: 'Show more' }).click();
  await expect.poll(() => map()?.querySelectorAll('thead th').length).toBe(1 + 2 * Math.floor(400 / 7));
  await expect
    .poll(() => document.querySelectorAll('[data-chart="layer-cosines"] [data-curve]').length)
    .toBe(6);
});
