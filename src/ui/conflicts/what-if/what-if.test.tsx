/** What-if as a person meets it: numbers that can be checked by hand, sorted, held, and switched to. */
import { beforeEach, describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { gramianColumns } from '#experiment/metric-columns.ts';
import type { Experiment } from '#experiment/schema.ts';
import { SeriesTable } from '#lib/series.ts';
import { editExperiment, experimentStore } from '#stores/experiment.ts';
import { runStore, type RunState } from '#stores/run-state.ts';
import { setView, viewStore } from '#stores/view.ts';
import { strategies, strategyOf } from '#strategies/index.ts';
import { experimentOn, showPanel, showRun, startOver } from '../../results/testing.tsx';
import { gramianRow } from '../testing.ts';

const experiment = experimentOn('multi-fashion');

/** Two gradients that oppose each other: g₁ = (1, 0), g₂ = (−2, 2); losses 1 and 4, learning rate 0.1. */
function showMeasured(of: Experiment, state: Partial<RunState> = {}, steps = 10): void {
  const gramians = new SeriesTable(gramianColumns(2));
  gramians.append(
    gramianRow(
      steps,
      [
        [1, 0],
        [-2, 2],
      ],
      true,
    ),
  );
  const rows = Array.from({ length: steps }, (_, i) => ({ step: i + 1, learningRate: 0.1, losses: [1, 4] }));
  showRun(of, rows, { gramians, layerGramians: [], methodSince: 0, ...state });
}

const withMethod = (kind: string): Experiment => ({
  ...experiment,
  strategy: { ...experiment.strategy, kind, settings: {} },
});

beforeEach(() => {
  startOver();
  runStore.setState({ gramians: new SeriesTable(gramianColumns(0)), layerGramians: [] });
  setView({ tab: 'conflicts', conflictView: 'what-if', watchEvery: 50 });
});

const row = (id: string) => document.querySelector(`tr[data-method="${id}"]`);
const cells = (id: string) =>
  [...(row(id)?.querySelectorAll('td') ?? [])].map(({ textContent }) => textContent);
const order = () =>
  [...document.querySelectorAll('tr[data-method]')].map((each) => each.getAttribute('data-method'));

/** All groups of columns are there: there are answers, and the table knows how wide it is. */
const answered = () => expect.poll(() => cells('equal').length, { timeout: 20_000 }).toBe(9);

describe('without measurements', () => {
  test('says how answers come', async () => {
    const screen = await showPanel();
    await expect.element(screen.getByText('Press Train: once gradients are measured')).toBeVisible();
    setView({ watchEvery: null });
    showRun(experiment, [{ step: 1, losses: [1, 1] }]);
    await screen.getByRole('button', { name: 'Measure every 50 steps' }).click();
    expect(viewStore.getState().watchEvery).toBe(50);
  });

  test('with one task there is nothing to weigh', async () => {
    const [task] = experiment.tasks;
    if (!task) throw new Error('no task');
    showRun({ ...experiment, tasks: [task], heads: { [task.id]: [] } }, [{ step: 1, losses: [1] }]);
    const screen = await showPanel();
    await expect.element(screen.getByText('all methods take the same step')).toBeVisible();
  });
});

describe('the answers', () => {
  test('are those of every method of the registry, as they are or at one step length', async () => {
    showMeasured(experiment);
    const screen = await showPanel();
    await answered();
    expect(order()).toEqual(Object.keys(strategies));
    // d = g₁ + g₂ = (−1, 2): |d| = √5, d·g₁ = −1, d·g₂ = 6.
    const equal = ['1.00', '1.00', '−0.45', '0.95', '−0.45', '+0.100', '−0.600', '−0.250', 'in use'];
    expect(cells('equal')).toEqual(equal);
    // The geometric mean weighs 1 and ¼: d = (½, ½), d·g₁ = ½, d·g₂ = 0, and √10 times that at the length of √5.
    expect(cells('gls').slice(0, 7)).toEqual(['3.16', '0.791', '0.71', '0.00', '0.00', '−0.158', '0']);
    await screen.getByRole('switch', { name: 'Same step length' }).click();
    await expect.poll(() => cells('gls').slice(0, 2)).toEqual(['1.00', '0.250']);
    expect(cells('gls').slice(5, 8)).toEqual(['−0.050', '0', '−0.025']);
    expect(cells('equal')).toEqual(equal);
    expect(screen.container.textContent).toContain('learning rate 0.1, on the shared parameters');
  });

  test('tell who remembers, who draws, and who cannot be asked', async () => {
    showMeasured(experiment);
    await showPanel();
    await answered();
    for (const id of Object.keys(strategies)) {
      const { remembers, needs, batches } = strategyOf(id);
      const text = row(id)?.textContent ?? '';
      const canTell = needs !== 'jacobian' && !batches;
      expect(text.includes('Cannot be told'), id).toBe(!canTell);
      expect(text.includes('as at its start'), id).toBe(canTell && remembers === true);
    }
    expect(row('rlw')?.textContent).toContain('one draw');
    expect(row('mgda')?.textContent).not.toContain('one draw');
  });

  test('are sorted by a column, the other way round, and by the list again; by keyboard, too', async () => {
    showMeasured(experiment);
    const screen = await showPanel();
    await answered();
    const list = order();
    const head = screen.getByRole('columnheader', { name: 'lowest' });
    head.element().querySelector('button')?.focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(head).toHaveAttribute('aria-sort', 'descending');
    const lowest = () => order().flatMap((id) => (id && cells(id).length > 2 ? [cells(id)[4] ?? ''] : []));
    const numbers = lowest().map((text) => Number(text.replace('−', '-')));
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    expect(numbers[0]).toBeGreaterThan(0);
    await userEvent.keyboard('{Enter}');
    await expect.element(head).toHaveAttribute('aria-sort', 'ascending');
    expect(order().indexOf('equal')).toBeLessThan(order().indexOf('mgda'));
    await userEvent.keyboard('{Enter}');
    await expect.element(head).toHaveAttribute('aria-sort', 'none');
    expect(order()).toEqual(list);
  });

  test('follow the run, unless they are held', async () => {
    showMeasured(experiment);
    const screen = await showPanel();
    await answered();
    expect(cells('equal')[2]).toBe('−0.45');
    await screen.getByRole('switch', { name: 'Hold' }).click();
    const { gramians, revision } = runStore.getState();
    gramians.append(
      gramianRow(
        20,
        [
          [1, 0],
          [0, 1],
        ],
        true,
      ),
    );
    runStore.setState({ revision: revision + 1 });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(cells('equal')[2]).toBe('−0.45');
    await screen.getByRole('switch', { name: 'Hold' }).click();
    await expect.poll(() => cells('equal')[2], { timeout: 20_000 }).toBe('0.71');
  });
});

describe('the method in use', () => {
  test('that remembers answers as it trained, once it has trained a step', async () => {
    showMeasured(withMethod('uw'), { methodSince: 4 });
    const screen = await showPanel();
    await expect.poll(() => row('uw')?.textContent, { timeout: 20_000 }).toContain('in use');
    expect(row('uw')?.textContent).not.toContain('as at its start');
    runStore.setState({ methodSince: 10 });
    await expect.poll(() => row('uw')?.textContent, { timeout: 20_000 }).toContain('as at its start');
    expect(screen.container.querySelectorAll('tr[data-in-use]')).toHaveLength(1);
  });

  test('is switched from here', async () => {
    showMeasured(experiment);
    editExperiment((before) => ({ ...before, strategy: { ...before.strategy, gradients: 'parameters' } }));
    const screen = await showPanel();
    await answered();
    await screen.getByRole('button', { name: 'Use it: PCGrad' }).click();
    const { strategy } = experimentStore.getState().experiment;
    expect(strategy).toEqual({ kind: 'pcgrad', settings: {}, gradients: 'parameters' });
  });
});
