/** The table of compared runs as a person meets it: read, sorted, folded over seeds, taken away. */
import '@mantine/core/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { page, userEvent } from 'vitest/browser';
import { compareStore } from '#stores/compare.ts';
import type { RunRecord } from '#stores/library.ts';
import { experiment, record } from '../runs/testing.ts';
import { cssVariables, theme } from '../theme.ts';
import { TableView } from './TableView.tsx';

const [first = ''] = experiment.tasks.map(({ id }) => id);
const [firstName = ''] = experiment.tasks.map(({ name }) => name);

/** A run of a seed whose first task has this accuracy at its only validation. */
function run(id: string, accuracy: number, change: Partial<RunRecord> = {}): RunRecord {
  const base = record(id);
  const validations = base.validations.slice(0, 1).map((validation) => ({
    ...validation,
    tasks: { ...validation.tasks, [first]: { loss: 1 - accuracy, metrics: { accuracy } } },
  }));
  return { ...base, colour: Number(id), validations, ...change };
}

function show(runs: readonly RunRecord[]) {
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <Notifications />
      <div id="floating" />
      <main style={{ height: 700 }}>
        <TableView runs={runs} />
      </main>
    </MantineProvider>,
  );
}

/** Names of the runs, from the top. */
const names = () =>
  [...document.querySelectorAll('tbody th')].map((head) => head.getAttribute('title') ?? '');

/** Texts of a column by what its head sorts by. */
function column(name: string): string[] {
  const heads = [...document.querySelectorAll('thead tr:last-child th')];
  const at = heads.findIndex((head) =>
    head.querySelector('button')?.ariaLabel?.startsWith(`Sort by ${name}`),
  );
  if (at < 0) throw new Error(`no column ${name}`);
  return [...document.querySelectorAll('tbody tr')].map((row) => row.children[at]?.textContent ?? '');
}

beforeEach(async () => {
  await page.viewport(1440, 900);
  compareStore.setState(compareStore.getInitialState(), true);
});

test('shows each run with the best marked in words too, and sorts by a click on a head', async () => {
  const screen = await show([run('1', 0.7), run('2', 0.9), run('3', 0.8, { validations: [], best: {} })]);
  const accuracy = `${firstName} accuracy`;
  await expect.poll(() => column(accuracy)).toEqual(['70.0 %', '★best: 90.0 %', '–']);
  await expect
    .element(screen.getByRole('cell', { name: '–' }).first())
    .toHaveAttribute('title', 'This run was not validated');
  const head = screen.getByRole('columnheader', { name: `Sort by ${accuracy}` });
  await expect.element(head).toHaveAttribute('aria-sort', 'none');
  const sort = screen.getByRole('button', { name: `Sort by ${accuracy}, higher is better` });
  await sort.click();
  await expect.element(head).toHaveAttribute('aria-sort', 'descending');
  expect(names()).toEqual(['learning rate 2', 'learning rate 1', 'learning rate 3']);
  await sort.click();
  await expect.element(head).toHaveAttribute('aria-sort', 'ascending');
  expect(names()).toEqual(['learning rate 1', 'learning rate 2', 'learning rate 3']); // missing stays last
  await userEvent.keyboard('{Enter}');
  await expect.element(head).toHaveAttribute('aria-sort', 'none');
  expect(names()).toEqual(['learning rate 1', 'learning rate 2', 'learning rate 3']);
});

test('how it is looked at is kept where the address is made from', async () => {
  const screen = await show([run('1', 0.7), run('2', 0.9)]);
  await screen.getByRole('combobox', { name: 'Figures of' }).selectOptions('Validation, last');
  await screen.getByRole('checkbox', { name: 'All metrics' }).click();
  await screen.getByRole('button', { name: 'Sort by steps' }).click();
  await expect
    .poll(() => compareStore.getState().extras)
    .toEqual({ part: 'last', metrics: 'all', sort: 'cost/steps' });
  await expect
    .element(screen.getByText('The weights at the last validation.', { exact: false }))
    .toBeVisible();
  await expect.element(screen.getByRole('button', { name: /macro f1/ }).first()).toBeVisible();
});

test('seeds share a row with mean, deviation and how many they are', async () => {
  const seeded = (id: string, accuracy: number, seed: number) =>
    run(id, accuracy, { experiment: { ...experiment, seed } });
  const screen = await show([seeded('1', 0.7, 0), seeded('2', 0.72, 1), seeded('3', 0.74, 2)]);
  await expect.poll(names).toHaveLength(3);
  expect(column('seed')).toEqual(['0', '1', '2']);
  await screen.getByRole('checkbox', { name: 'Seeds as mean ± std' }).click();
  await expect.poll(names).toEqual(['learning rate 1 · 3 seeds']);
  expect(column(`${firstName} accuracy`)).toEqual(['72.0 ± 2.0 %']);
  expect(compareStore.getState().spread).toBe(true);
});

test('says before it is read what speaks against comparing', async () => {
  const other = { ...experiment, data: { ...experiment.data, settings: { trainCount: 2000 } } };
  const screen = await show([run('1', 0.7), run('2', 0.9, { experiment: other, status: 'paused' })]);
  const caveats = screen.getByRole('list', { name: 'Before you compare' });
  await expect.element(caveats).toHaveTextContent('Not all runs are of the same data');
  await expect.element(caveats).toHaveTextContent('One run has not come to the end.');
});

test('two hundred runs are drawn little by little, and are all there, sorted', async () => {
  const runs = Array.from({ length: 200 }, (_, i) =>
    run(String(i), (i % 50) / 50, { experiment: { ...experiment, seed: i } }),
  );
  const screen = await show(runs);
  await expect.poll(() => names().length).toBe(200);
  await screen.getByRole('button', { name: 'Sort by seed' }).click();
  await screen.getByRole('button', { name: 'Sort by seed' }).click();
  await expect.poll(() => names()[0]).toBe('learning rate 199');
  expect(names()).toHaveLength(200);
});

test('on a phone the names stay while the figures scroll beside them', async () => {
  await page.viewport(390, 844);
  await show([run('1', 0.7), run('2', 0.9)]);
  await expect.poll(names).toHaveLength(2);
  const table = document.querySelector('table');
  const scroller = table?.parentElement;
  if (!table || !scroller) throw new Error('no table');
  expect(scroller.clientWidth).toBeLessThanOrEqual(390);
  expect(table.scrollWidth).toBeGreaterThan(scroller.clientWidth);
  scroller.scrollLeft = 300;
  const name = document.querySelector('tbody th')?.getBoundingClientRect();
  expect(name?.left).toBeCloseTo(scroller.getBoundingClientRect().left + 1, 0);
});
