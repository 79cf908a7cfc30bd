/** Kept runs compared as a person does it: chosen, drawn, read, zoomed, by other axes; and what the address says of it. */
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { page, userEvent } from 'vitest/browser';
import { gramianColumns, metricColumns } from '#experiment/metric-columns.ts';
import { viewOf } from '#stores/compare-address.ts';
import { closeCompare, compareStore, followCompare, openCompare } from '#stores/compare.ts';
import type { RunRecord } from '#stores/library.ts';
import { enqueue, openLibrary } from '#stores/library-state.ts';
import { experiment, record } from '../runs/testing.ts';
import { cssVariables, theme } from '../theme.ts';
import { CompareWindow } from './CompareWindow.tsx';
import { unitOf } from './run-axis.ts';

const tasks = experiment.tasks.map(({ id }) => id);
const [first = '', second = ''] = tasks;
const [firstName = ''] = experiment.tasks.map(({ name }) => name);
const columns = metricColumns(tasks);
const rows = 40;

/** At step s of run k the first task's loss is (k + 1) / s, the second's is twice that. */
function metrics(k: number): Float32Array<ArrayBuffer> {
  const all = Array.from({ length: rows }, (_, r) => {
    const loss = (k + 1) / (r + 1);
    const row: Record<string, number> = {
      step: r + 1,
      seconds: (r + 1) * (k + 1) * 0.25,
      [`loss/${first}`]: loss,
      [`loss/${second}`]: 2 * loss,
    };
    return columns.map((name) => row[name] ?? 0.5);
  });
  return Float32Array.from(all.flat());
}

/** Measured at every tenth step: cosines of 0.5, 0.5, −0.5, −0.5. */
const gramians = Float32Array.from([1, 1, -1, -1].flatMap((sign, i) => [(i + 1) * 10, 1, 4, sign, 1]));

let databases = 0;

/** A storage with so many runs, the oldest first, and the window over it. */
async function show(count: number, change: (k: number) => Partial<RunRecord> = () => ({})) {
  const name = `compare-test-${++databases}-${Math.random()}`;
  await openLibrary(name);
  const ids = Array.from({ length: count }, (_, k) => `run-${k}`);
  for (const [k, id] of ids.entries()) {
    const own = { colour: k, createdAt: k, step: rows, totalSteps: rows, seconds: rows * (k + 1) * 0.25 };
    await enqueue((library) => library.add(record(id, { ...own, ...change(k) })));
    await enqueue((library) =>
      library.update(
        id,
        { rows, gramianRows: 4 },
        {
          metrics: { start: 0, columns, rows: metrics(k) },
          gramians: { start: 0, columns: gramianColumns(2), rows: gramians },
        },
      ),
    );
  }
  await openLibrary(name);
  openCompare(ids);
  const screen = await render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <Notifications />
      <div id="floating" />
      <CompareWindow />
    </MantineProvider>,
  );
  return { screen, ids };
}

/** What screen readers hear of a chart: curve → last value. */
function lastValues(title: string): Record<string, string> {
  const table = [...document.querySelectorAll('table')].find(({ caption }) =>
    caption?.textContent.startsWith(`${title}: last values`),
  );
  const cells = [...(table?.tBodies[0]?.rows ?? [])].map((row) =>
    [...row.cells].map(({ textContent }) => textContent),
  );
  return Object.fromEntries(cells.map(([curve = '', , value = '']) => [curve, value]));
}

const ticks = (id: string) =>
  [...document.querySelectorAll(`[data-chart="${id}"] [data-drawing] text[text-anchor]:not([dy])`)].map(
    ({ textContent }) => textContent,
  );

let followed = false;

beforeEach(async () => {
  await page.viewport(1440, 900);
  compareStore.setState(compareStore.getInitialState(), true);
  if (!followed) followCompare();
  followed = true;
});

afterEach(() => {
  closeCompare();
});

test('draws the chosen runs, a chart for each quantity, with their own numbers', async () => {
  const { screen } = await show(2);
  await expect.element(screen.getByRole('dialog', { name: 'Compare runs' })).toBeVisible();
  await expect
    .poll(() => lastValues(`${firstName}: loss`), { timeout: 20_000 })
    .toEqual({
      'learning rate run-0, train': '0.02500',
      'learning rate run-0, validation': '0.5000',
      'learning rate run-1, train': '0.05000',
      'learning rate run-1, validation': '0.5000',
    });
  await expect.poll(() => lastValues('Mean loss')['learning rate run-1, train']).toBe('0.07500');
  await screen.getByRole('checkbox', { name: /run-0/ }).click();
  await expect
    .poll(() => Object.keys(lastValues(`${firstName}: loss`)))
    .toEqual(['learning rate run-1, train', 'learning rate run-1, validation']);
});

test('reads all charts at the pointer, the highest first, in the unit of the axis', async () => {
  const { screen, ids } = await show(3);
  await expect.poll(() => Object.keys(lastValues('Mean loss')), { timeout: 20_000 }).toHaveLength(6);
  await screen.getByText('FLOPs', { exact: true }).click();
  const most = 40 * unitOf(experiment, 'flops');
  await expect.poll(() => compareStore.getState().x).toBe('flops');
  await expect.poll(() => ticks('mean-loss').some((text) => /[GMT]$/.test(text ?? ''))).toBe(true);
  const surface = screen.getByRole('slider', { name: 'Mean loss, read along the curves' });
  await expect.poll(() => Number(surface.element().getAttribute('aria-valuemax'))).toBe(Math.round(most));
  surface.element().focus();
  await userEvent.keyboard('{Home}');
  await expect.element(surface).toHaveAttribute('aria-valuetext', expect.stringContaining('FLOP'));
  const names = [...document.querySelectorAll('[data-tooltip] tbody tr td:first-child')].map(
    ({ textContent }) => textContent,
  );
  expect(names).toEqual(ids.toReversed().map((id) => `learning rate ${id}`));
});

test('zooms all charts together, says so in the address, and shows all again', async () => {
  const { screen } = await show(2);
  await expect.poll(() => Object.keys(lastValues('Mean loss')), { timeout: 20_000 }).toHaveLength(4);
  compareStore.setState({ zoom: { from: 10, to: 20 } });
  await expect.poll(() => ticks('mean-loss')[0]).toBe('10');
  await expect.poll(() => ticks(`loss-${first}-classification`)[0]).toBe('10');
  await expect.poll(() => viewOf(location.search)?.zoom).toEqual({ from: 10, to: 20 });
  await screen.getByRole('button', { name: 'Show all' }).click();
  await expect.poll(() => ticks('mean-loss')[0]).toBe('0');
  await expect.poll(() => viewOf(location.search)?.zoom).toBeNull();
});

test('draws seeds as their mean with a band', async () => {
  const { screen } = await show(3, (k) => ({
    experiment: { ...experiment, seed: k },
    difference: `seed ${k}`,
  }));
  await expect.poll(() => Object.keys(lastValues('Mean loss')), { timeout: 20_000 }).toHaveLength(6);
  await screen.getByRole('button', { name: 'mean ± std' }).click();
  await expect.poll(() => lastValues(`${firstName}: loss`)['seed 0 (3 seeds), train']).toBe('0.05000'); // of 1/40, 2/40 and 3/40
  await expect
    .poll(() => document.querySelectorAll('[data-chart="mean-loss"] path[class*="area"]').length)
    .toBe(2);
});

test('draws what was measured of the gradients', async () => {
  const { screen } = await show(2);
  await screen.getByRole('button', { name: 'Share in conflict' }).click();
  await screen.getByRole('button', { name: 'Gradient norms' }).click();
  await expect
    .poll(() => lastValues(`${firstName}: gradient norm`), { timeout: 20_000 })
    .toMatchObject({ 'learning rate run-0, train': '2.000' });
  await expect.poll(() => lastValues('Pairs in conflict')['learning rate run-1, train']).toBe('100.0 %');
});

test('very many runs go to a canvas, and the list is found by a word', async () => {
  const { screen } = await show(60);
  await expect
    .poll(
      () => document.querySelector<HTMLCanvasElement>('[data-chart="mean-loss"] canvas')?.dataset['lines'],
      {
        timeout: 40_000,
      },
    )
    .toBe('120');
  await screen.getByRole('textbox', { name: 'Filter runs' }).fill('run-5');
  await expect.poll(() => document.querySelectorAll('li input[type=checkbox]').length).toBe(11); // 5 and 50 to 59
  await screen.getByRole('checkbox', { name: 'All 11 found' }).click();
  await expect.poll(() => compareStore.getState().ids).toHaveLength(49);
});

test('follows the address, and says which runs are not kept here', async () => {
  const { screen, ids } = await show(2);
  await expect.poll(() => viewOf(location.search)?.ids).toEqual(ids);
  history.pushState(null, '', '?compare=run-1,gone-1,gone-2&x=seconds&show=loss&smooth=0');
  dispatchEvent(new PopStateEvent('popstate'));
  await expect.element(screen.getByText('2 runs of this link are not kept in this browser')).toBeVisible();
  expect(compareStore.getState()).toMatchObject({
    ids: ['run-1'],
    x: 'seconds',
    shown: ['loss'],
    smoothing: 0,
  });
  await expect.element(screen.getByRole('radio', { name: 'Seconds' })).toBeChecked();
});

test('on a phone the list of runs folds away, and nothing is wider than the page', async () => {
  await page.viewport(390, 844);
  const { screen } = await show(3);
  await expect.element(screen.getByRole('textbox', { name: 'Filter runs' })).not.toBeInTheDocument();
  await screen.getByRole('button', { name: '3 of 3 runs' }).click();
  await expect.element(screen.getByRole('textbox', { name: 'Filter runs' })).toBeVisible();
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
});
