import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { page, userEvent } from 'vitest/browser';
import type { RunRecord } from '#stores/library.ts';
import { enqueue, libraryStore, lockOf, openLibrary } from '#stores/library-state.ts';
import { runStore } from '#stores/run-state.ts';
import { setView } from '#stores/view.ts';
import { cssVariables, theme } from '../theme.ts';
import { RunsButton } from './RunsButton.tsx';
import { experiment, record } from './testing.ts';
import { whenText } from './run-words.ts';

let databases = 0;

/** The window over an open storage with these runs. */
async function show(runs: readonly RunRecord[]) {
  const name = `runs-test-${++databases}-${Math.random()}`;
  await openLibrary(name);
  for (const each of runs) await enqueue((library) => library.add(each));
  await openLibrary(name);
  return showWindow();
}

function showWindow() {
  setView({ dialog: 'runs' });
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <Notifications />
      <div id="floating" />
      <RunsButton />
    </MantineProvider>,
  );
}

/** Names of the runs listed, from the top. */
const listed = () =>
  [...document.querySelectorAll<HTMLInputElement>('tbody th input')].map(({ value }) => value);

/** What is stored of a run, past what the page shows. */
const stored = (id: string) => enqueue((library) => library.get(id));

/** Text of a row's cells, by the name of its run. */
const cells = (name: string) =>
  [...document.querySelectorAll('tbody tr')]
    .filter((row) => row.querySelector('th input')?.getAttribute('title') === name)
    .flatMap((row) => [...row.querySelectorAll('td')].map(({ textContent }) => textContent));

beforeEach(async () => {
  await page.viewport(1440, 900);
  setView({ dialog: null });
  runStore.setState({ status: 'idle' });
});

test('lists runs with the pinned first, then the newest, each with state and results', async () => {
  const screen = await show([
    record('1', { createdAt: 1 }),
    record('2', { createdAt: 2, status: 'interrupted', step: 450, totalSteps: 1000 }),
    record('3', { createdAt: 3, pinned: true }),
    record('4', { createdAt: 4 }),
  ]);
  await expect.element(screen.getByRole('table')).toBeVisible();
  await expect
    .poll(listed)
    .toEqual(['learning rate 3', 'learning rate 4', 'learning rate 2', 'learning rate 1']);
  expect(cells('learning rate 2').slice(0, 5)).toEqual([
    'interrupted',
    '75.0 % accuracy', // of 80 % and 70 %, at the step of the best mean
    `${experiment.tasks[0]?.name}: 80.0 %${experiment.tasks[1]?.name}: 71.0 %`,
    '450 / 1,000',
    '40 s',
  ]);
  await expect.element(screen.getByText('Ended while training; goes on from step 400.')).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Resume learning rate 2' })).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Open learning rate 1' })).toBeVisible();
});

test('filters by every word, among names, notes, states and methods', async () => {
  const screen = await show([
    record('1', { createdAt: 1, note: 'Diverged with the large batch' }),
    record('2', { createdAt: 2, name: 'Calm one' }),
    record('3', { createdAt: 3, status: 'paused', step: 20 }),
  ]);
  const filter = screen.getByRole('textbox', { name: 'Filter runs' });
  await filter.fill('batch DIVERGED');
  await expect.poll(listed).toEqual(['learning rate 1']);
  await filter.fill('calm');
  await expect.poll(listed).toEqual(['Calm one']);
  await filter.fill('paused');
  await expect.poll(listed).toEqual(['learning rate 3']);
  await filter.fill('nothing like that');
  await expect.element(screen.getByText('No run is called or described like that.')).toBeVisible();
  await filter.fill('');
  await expect.poll(listed).toHaveLength(3);
});

test('a run is renamed, noted, pinned and hidden, and the storage has it', async () => {
  const screen = await show([record('1', { createdAt: 1 }), record('2', { createdAt: 2 })]);
  const name = screen.getByRole('textbox', { name: 'Name of learning rate 1' });
  await name.fill('The first');
  await userEvent.keyboard('{Escape}');
  expect(listed()).toEqual(['learning rate 2', 'learning rate 1']); // escape takes back the draft, not the window
  await name.fill('The first');
  await userEvent.keyboard('{Enter}');
  await expect.poll(listed).toEqual(['learning rate 2', 'The first']);
  await screen.getByRole('button', { name: 'Pin The first' }).click();
  await expect.poll(listed).toEqual(['The first', 'learning rate 2']);
  await screen.getByRole('button', { name: 'More of The first' }).click();
  await screen.getByRole('textbox', { name: 'Note' }).fill('Worth keeping');
  await screen.getByRole('button', { name: 'Hide everywhere' }).click();
  await expect.poll(listed).toEqual(['learning rate 2']);
  expect(await stored('1')).toMatchObject({
    name: 'The first',
    note: 'Worth keeping',
    pinned: true,
    hidden: true,
  });
  await screen.getByRole('checkbox', { name: 'Show hidden (1)' }).click();
  await expect.poll(listed).toEqual(['The first', 'learning rate 2']);
});

test('a deleted run is gone until that is undone', async () => {
  const screen = await show([record('1', { createdAt: 1 }), record('2', { createdAt: 2 })]);
  await screen.getByRole('button', { name: 'More of learning rate 2' }).click();
  await screen.getByRole('button', { name: 'Delete' }).click();
  await expect.poll(listed).toEqual(['learning rate 1']);
  const undo = screen.getByRole('button', { name: 'Undo' });
  await expect.element(undo).toHaveFocus();
  await expect.element(undo).toHaveAccessibleDescription('“learning rate 2” is deleted.');
  await undo.click();
  await expect.poll(listed).toEqual(['learning rate 2', 'learning rate 1']);
  await expect.poll(async () => (await stored('2'))?.deletedAt).toBeNull();
});

test('a run that trains is asked about before another takes its place', async () => {
  const screen = await show([record('1')]);
  runStore.setState({ status: 'running' });
  await screen.getByRole('button', { name: 'Open learning rate 1' }).click();
  await expect
    .element(screen.getByRole('alertdialog'))
    .toHaveTextContent('It is paused and kept if “learning rate 1” takes its place');
  await expect.element(screen.getByRole('button', { name: 'Pause it and open' })).toHaveFocus();
  await screen.getByRole('button', { name: 'Let it train' }).click();
  await expect.element(screen.getByRole('alertdialog')).not.toBeInTheDocument();
  expect(runStore.getState().status).toBe('running');
});

test('a run that another page has open is told, and can be opened and deleted once that lets go of it', async () => {
  let release = () => {};
  const held = new Promise<void>((taken) => {
    void navigator.locks.request(lockOf('elsewhere'), () => {
      taken();
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    });
  });
  await held;
  const screen = await show([record('elsewhere', { status: 'running' }), record('2')]);
  const name = 'learning rate elsewhere';
  await expect.element(screen.getByText('Trains on another page', { exact: false })).toBeVisible();
  await screen.getByRole('button', { name: `More of ${name}` }).click();
  await expect.element(screen.getByRole('button', { name: 'Delete' })).toBeDisabled();
  expect(screen.getByRole('button', { name: `Resume ${name}` }).query()).toBeNull();
  expect(screen.getByRole('button', { name: `Open ${name}` }).query()).toBeNull();
  release();
  await expect.element(screen.getByRole('button', { name: 'Delete' })).toBeEnabled();
  // Nobody ended it: the other page was killed.
  await expect.poll(() => cells(name)[0]).toBe('interrupted');
  expect((await stored('elsewhere'))?.status).toBe('interrupted');
});

test('tells what was changed on the way, in the name, too', async () => {
  const changes = [
    { step: 100, words: 'learning rate 1e-3 → 3e-4' },
    { step: 1200, words: 'MGDA' },
  ];
  const screen = await show([record('1', { changes })]);
  await expect.poll(listed).toEqual(['learning rate 1, then 2 changes, last MGDA']);
  await screen.getByRole('button', { name: /^More of/ }).click();
  await expect
    .element(screen.getByText('learning rate 1e-3 → 3e-4 from step 100; MGDA from step 1,200'))
    .toBeVisible();
});

test('where the storage is full, what is deleted is gone at once', async () => {
  const screen = await show([record('1', { createdAt: 1 }), record('2', { createdAt: 2 })]);
  libraryStore.setState({ isFull: true });
  await expect.element(screen.getByRole('alert')).toHaveTextContent('The storage is full');
  await screen.getByRole('button', { name: 'More of learning rate 2' }).click();
  await screen.getByRole('button', { name: 'Delete' }).click();
  await expect.poll(listed).toEqual(['learning rate 1']);
  await expect.element(screen.getByText('“learning rate 2” is deleted for good.')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Undo' }).query()).toBeNull();
  await expect.poll(() => stored('2')).toBe(undefined);
});

test('says what to do where nothing is kept, and why nothing can be', async () => {
  const screen = await show([]);
  await expect.element(screen.getByText('Press Train', { exact: false })).toBeVisible();
  libraryStore.setState({ status: 'unavailable', reason: 'This browser keeps no runs for the page.' });
  await expect
    .element(screen.getByRole('alert'))
    .toHaveTextContent('This browser keeps no runs for the page.');
});

test('two hundred runs fit a phone and are filtered', async () => {
  await page.viewport(390, 844);
  const runs = Array.from({ length: 200 }, (_, i) =>
    record(String(i), {
      createdAt: i,
      difference: `a long account of what differs from the run before, ${i}`,
    }),
  );
  const screen = await show(runs);
  await expect.poll(() => listed().length).toBeGreaterThanOrEqual(30);
  expect(listed().length).toBeLessThan(200); // the rest is drawn when it comes near
  const table = screen.getByRole('table').element();
  expect(table.getAttribute('aria-rowcount')).toBe('201');
  const scrolled = () => {
    document.querySelector('tbody tr:last-child')?.scrollIntoView();
    return listed();
  };
  await expect.poll(scrolled, { timeout: 30_000 }).toHaveLength(200);
  expect(table.scrollWidth).toBeLessThanOrEqual(390);
  await screen.getByRole('textbox', { name: 'Filter runs' }).fill('differs 17');
  await expect.poll(listed).toHaveLength(12); // 17, 117, 170 to 179
  expect(listed().every((name) => name.includes('17'))).toBe(true);
});

test('a moment is told as short as it can be', () => {
  const now = new Date(2026, 10, 23, 17, 0);
  expect(whenText(new Date(2026, 10, 23, 14, 5), now)).toBe('14:05');
  expect(whenText(new Date(2026, 10, 12, 14, 5), now)).toBe('12 Nov, 14:05');
  expect(whenText(new Date(2025, 10, 12, 14, 5), now)).toBe('12 Nov 2025');
});
