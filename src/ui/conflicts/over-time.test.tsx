/** How the gradients get along over time, as a person meets it: read, scrubbed, chosen, by pointer and by keyboard. */
import { beforeEach, describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { gramianColumns } from '#experiment/metric-columns.ts';
import type { Experiment } from '#experiment/schema.ts';
import { SeriesTable } from '#lib/series.ts';
import { type RunState, runStore } from '#stores/run-state.ts';
import { setView, viewStore } from '#stores/view.ts';
import { sharedCursor, sharedZoom } from '../charts/link.ts';
import { experimentOn, showPanel, showRun, startOver } from '../results/testing.tsx';
import { gramianRow } from './testing.ts';

const base = experimentOn('multi-fashion');

/** The experiment with as many tasks, all alike. */
function experimentWith(names: readonly string[], kind = 'equal'): Experiment {
  const [task] = base.tasks;
  if (!task) throw new Error('no task');
  return {
    ...base,
    heads: Object.fromEntries(names.map((_, i) => [`task-${i}`, []])),
    tasks: names.map((name, i) => ({ ...task, id: `task-${i}`, name })),
    strategy: { ...base.strategy, kind, settings: {} },
  };
}

const three = experimentWith(['age', 'hat', 'smile']);

/** At odd measurements age and hat oppose each other; smile is at right angles to age. */
const gradients = (measurement: number) => [
  [3, 0],
  [measurement % 2 ? -4 : 4, 3],
  [0, 2],
];

/** A run of 500 steps that measured every 50th. */
function showMeasured(experiment: Experiment, state: Partial<RunState> = {}, measurements = 10): void {
  const gramians = new SeriesTable(gramianColumns(experiment.tasks.length));
  for (let k = 1; k <= measurements; k++)
    gramians.append(gramianRow(50 * k, gradients(k).slice(0, experiment.tasks.length)));
  const losses = experiment.tasks.map(() => 1);
  const rows = Array.from({ length: 500 }, (_, i) => ({ step: i + 1, losses }));
  showRun(experiment, rows, { gramians, layerGramians: [], ...state });
}

beforeEach(() => {
  startOver();
  sharedCursor.set(null);
  sharedZoom.set(null);
  runStore.setState({ gramians: new SeriesTable(gramianColumns(0)), layerGramians: [], methodSince: 0 });
  setView({ tab: 'conflicts', conflictView: 'over-time', watchEvery: 50 });
});

const cell = (place: string) => {
  const found = document.querySelector(`[data-cell="${place}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`no cell ${place}`);
  return found;
};
const textOf = (place: string) => document.querySelector(`[data-cell="${place}"]`)?.textContent;
/** Red, green and blue of what is painted in the middle of a cell. */
function middleOf(place: string): number[] {
  const canvas = document.querySelector<HTMLCanvasElement>('canvas');
  const context = canvas?.getContext('2d');
  if (!canvas || !context) throw new Error('nothing painted');
  const [of, outer] = [cell(place).getBoundingClientRect(), canvas.getBoundingClientRect()];
  const scale = canvas.width / outer.width;
  const x = Math.floor((of.left + of.width / 2 - outer.left) * scale);
  const y = Math.floor((of.top + of.height / 2 - outer.top) * scale);
  return Array.from(context.getImageData(x, y, 1, 1).data.subarray(0, 3));
}
const curves = () =>
  [...document.querySelectorAll('[data-chart="gradient-cosines"] [data-curve]')].map((curve) =>
    curve.getAttribute('data-curve'),
  );

describe('without measurements', () => {
  test('says how to start', async () => {
    const screen = await showPanel();
    await expect.element(screen.getByText('Press Train.')).toBeVisible();
  });

  test('of one task there is nothing to compare', async () => {
    showMeasured(experimentWith(['age']));
    const screen = await showPanel();
    await expect.element(screen.getByText('One task has nobody to disagree with.')).toBeVisible();
  });

  test('says when the next one is, and still shows the weights', async () => {
    showMeasured(three, { step: 120 }, 0);
    const screen = await showPanel();
    await expect.element(screen.getByText('the next time is at step 150')).toBeVisible();
    await expect.element(screen.getByRole('heading', { name: 'Task weights' })).toBeVisible();
    expect(screen.container.textContent).not.toContain('Gradient norms');
  });

  test('can be switched on where it is off', async () => {
    setView({ watchEvery: null });
    showMeasured(three, {}, 0);
    const screen = await showPanel();
    await screen.getByRole('button', { name: 'Measure every 50 steps' }).click();
    expect(viewStore.getState().watchEvery).toBe(50);
  });
});

describe('the heat map', () => {
  test('shows the cosines of the latest measured step, and which of them conflict', async () => {
    showMeasured(three, {}, 9);
    const screen = await showPanel();
    await expect.poll(() => textOf('0-1')).toBe('−0.80');
    expect([textOf('1-0'), textOf('0-2'), textOf('2-1'), textOf('2-2')]).toEqual([
      '−0.80',
      '0.00',
      '0.60',
      '1',
    ]);
    expect(cell('0-1').getAttribute('aria-label')).toBe('age and hat: cosine −0.80, in conflict');
    await expect
      .element(
        screen.getByText('Gradients by the shared representation, 9 steps measured, one every 50 steps.'),
      )
      .toBeVisible();
  });

  test('follows the run, until a step is chosen', async () => {
    showMeasured(three, {}, 9);
    const screen = await showPanel();
    await expect.poll(() => textOf('0-1')).toBe('−0.80');
    const { gramians, revision } = runStore.getState();
    gramians.append(gramianRow(500, gradients(10)));
    runStore.setState({ revision: revision + 1 });
    await expect.poll(() => textOf('0-1')).toBe('0.80');
    const slider = screen.getByRole('slider', { name: 'Measured step' });
    slider.element().focus();
    await userEvent.keyboard('{ArrowLeft}');
    await expect.poll(() => textOf('0-1')).toBe('−0.80');
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'step 450');
    gramians.append(gramianRow(550, gradients(12)));
    runStore.setState({ revision: revision + 2 });
    await expect.element(slider).toHaveAttribute('aria-valuemax', '10');
    expect(textOf('0-1')).toBe('−0.80');
    await userEvent.keyboard('{Home}');
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'step 50');
    await screen.getByRole('button', { name: 'Latest' }).click();
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'step 550, the latest');
    expect(textOf('0-1')).toBe('0.80');
  });

  test('goes by keyboard, names the cell, and chooses its pair', async () => {
    showMeasured(three);
    const screen = await showPanel();
    await expect.poll(curves).toHaveLength(3);
    expect(document.querySelectorAll('[data-cell][tabindex="0"]')).toHaveLength(1);
    cell('0-0').focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowDown}{ArrowLeft}{ArrowLeft}');
    expect(document.activeElement).toBe(cell('1-0'));
    await expect.element(screen.getByText('hat and age: cosine 0.800')).toBeVisible();
    expect(cell('1-0').getAttribute('aria-selected')).toBe('true');
    await userEvent.keyboard('{Enter}');
    await expect.poll(curves).toEqual(['cosine/0/2', 'cosine/1/2']);
    expect(cell('0-1').getAttribute('aria-selected')).toBe('false');
    await userEvent.keyboard(' ');
    await expect.poll(curves).toEqual(['cosine/0/2', 'cosine/1/2', 'cosine/0/1']);
  });

  test('keeps the sign where there is no room for a number', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `label ${i}`);
    const gramians = new SeriesTable(gramianColumns(40));
    gramians.append(
      gramianRow(
        50,
        names.map((_, i) => [i % 2 ? 1 : -1, 0.1]),
      ),
    );
    showMeasured(experimentWith(names), { gramians });
    await showPanel();
    await expect.poll(() => document.querySelectorAll('[data-cell]').length).toBe(1600);
    expect(textOf('0-1')).toBe('');
    await expect
      .poll(() => cell('0-1').getAttribute('aria-label'))
      .toContain('label 0 and label 1: cosine −0.98');
    const [conflict, agreement] = [middleOf('0-1'), middleOf('0-2')];
    // Ink on red against plain blue.
    expect(Math.max(...conflict)).toBeLessThan(120);
    expect(agreement[2]).toBeGreaterThan(200);
    expect(agreement[0]).toBeLessThan(agreement[2] ?? 0);
    await expect.poll(curves).toHaveLength(4);
  });
});

describe('the pairs', () => {
  test('are listed by their share of steps in conflict', async () => {
    showMeasured(three);
    const screen = await showPanel();
    const table = screen.getByRole('table').filter({ hasText: 'In conflict' });
    await expect.element(table).toHaveTextContent('age · hat50 %5 of 100.00');
    await expect.element(table).toHaveTextContent('hat · smile0 %0 of 100.60');
  });

  test('can be taken out of the curves and brought back', async () => {
    showMeasured(three);
    const screen = await showPanel();
    await screen.getByRole('button', { name: 'age · hat', exact: true }).click();
    await expect.poll(curves).toEqual(['cosine/0/2', 'cosine/1/2']);
    await screen.getByRole('button', { name: 'Show the worst pairs' }).click();
    await expect.poll(curves).toHaveLength(3);
  });

  test('curves are drawn around zero, in the colours of both tasks', async () => {
    showMeasured(three);
    await showPanel();
    await expect.poll(curves).toHaveLength(3);
    const chart = document.querySelector('[data-chart="gradient-cosines"]');
    const ticks = [...(chart?.querySelectorAll('[data-drawing] text') ?? [])].map((tick) => tick.textContent);
    expect(ticks).toEqual(expect.arrayContaining(['−1.0', '0.0', '1.0']));
    const strokes = [...(chart?.querySelectorAll<SVGElement>('[data-curve="cosine/0/1"] path') ?? [])].map(
      (path) => path.style.stroke,
    );
    expect(strokes).toEqual(['var(--task-0)', 'var(--task-1)']);
  });
});

describe('each task', () => {
  test('has the norm of its gradient and its weight as curves', async () => {
    showMeasured(three);
    const screen = await showPanel();
    await expect
      .element(screen.getByRole('table', { name: 'Gradient norms: last values' }))
      .toHaveTextContent('age5003.000hat5005.000smile5002.000');
    await expect
      .element(screen.getByRole('table', { name: 'Task weights: last values' }))
      .toHaveTextContent('age5001.000');
  });
});

test('a change of the method is marked where it happened', async () => {
  showMeasured(experimentWith(['age', 'hat', 'smile'], 'manual'), { methodSince: 250 });
  await showPanel();
  await expect.poll(curves).toHaveLength(3);
  for (const id of ['gradient-cosines', 'gradient-norms', 'conflict-weights'])
    await expect
      .poll(() => document.querySelector(`[data-chart="${id}"] [data-drawing]`)?.textContent)
      .toContain('Manual');
});

describe('the setting', () => {
  test('says what measuring costs, and takes another rhythm', async () => {
    const layerGramians = [1, 2, 3].map((k) => ({
      step: 50 * k,
      layers: ['trunk.0'],
      gramians: new Float32Array(6),
      losses: new Float32Array(3),
      milliseconds: 100,
    }));
    showMeasured(three, { layerGramians });
    const screen = await showPanel();
    // A step takes 100 ms, 2 ms of it the share of measuring.
    await expect.element(screen.getByText('100 ms each: +2.0 % time')).toBeVisible();
    const field = screen.getByRole('spinbutton', { name: 'Measure every' });
    await field.fill('20');
    await userEvent.keyboard('{Enter}');
    expect(viewStore.getState().watchEvery).toBe(20);
    await field.fill('');
    await userEvent.keyboard('{Enter}');
    expect(viewStore.getState().watchEvery).toBeNull();
    await expect.element(screen.getByText('measuring is off')).toBeVisible();
  });
});
