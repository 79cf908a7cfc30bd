import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { page } from 'vitest/browser';
import { enqueue, libraryStore, openLibrary, settledLibrary } from '#stores/library-state.ts';
import { runStore } from '#stores/run-state.ts';
import { studiesStore, type Study } from '#stores/studies.ts';
import { setView, viewStore } from '#stores/view.ts';
import { experiment, record } from '../runs/testing.ts';
import { cssVariables, theme } from '../theme.ts';
import { StudiesMenu } from './StudiesMenu.tsx';
import { StudyBar } from './StudyBar.tsx';
import { bestInWords, costInWords, tally } from './study-words.ts';

let databases = 0;

const study = (change: Partial<Study> = {}): Study => ({
  id: 's',
  kind: 'seeds',
  name: '3 seeds',
  members: [
    { label: 'seed 1', experiment, run: '1', state: 'finished', reason: '' },
    { label: 'seed 2', experiment, run: '2', state: 'failed', reason: 'The memory of the device ran out.' },
    { label: 'seed 3', experiment, run: null, state: 'waiting', reason: '' },
  ],
  turn: null,
  stopping: null,
  budget: null,
  baseline: null,
  createdAt: Date.UTC(2026, 10, 12, 14, 5),
  state: 'paused',
  deletedAt: null,
  ...change,
});

/** Bar and menu over an open storage with two runs and these studies. */
async function show(studies: readonly Study[]) {
  const name = `studies-ui-test-${++databases}-${Math.random()}`;
  await openLibrary(name);
  for (const id of ['1', '2']) await enqueue((library) => library.add(record(id)));
  for (const each of studies) await enqueue((library) => library.studies.add(each));
  await openLibrary(name);
  await expect.poll(() => studiesStore.getState().studies).toHaveLength(studies.length);
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <Notifications />
      <div id="floating" />
      <StudyBar />
      <StudiesMenu />
    </MantineProvider>,
  );
}

beforeEach(async () => {
  await page.viewport(1440, 900);
  setView({ dialog: null });
  runStore.setState({ status: 'idle', step: 0 });
  studiesStore.setState({ active: null, member: null, left: null, trouble: null });
});

test('the bar shows whose turn it is, how far all are, and what can be done', async () => {
  const screen = await show([study()]);
  expect(screen.getByRole('region', { name: 'Study' }).query()).toBeNull();
  studiesStore.setState({ active: 's', member: 2, studies: [study({ state: 'training' })] });
  const bar = screen.getByRole('region', { name: 'Study' });
  await expect.element(bar).toHaveTextContent('3 seeds');
  await expect.element(bar).toHaveTextContent('3 of 3: seed 3');
  // Two runs of 400 steps in 40 s each; the third has those of the experiment to go.
  await expect
    .element(bar.getByRole('progressbar'))
    .toHaveAttribute('aria-valuetext', expect.stringMatching(/left$/));
  await expect.element(bar.getByRole('button', { name: 'Pause' })).toBeVisible();
  await bar.getByRole('button', { name: 'Stop' }).click();
  await expect.element(bar).toHaveTextContent('1 run is not trained to the end. What is trained is kept.');
  await expect.element(bar.getByRole('button', { name: 'Stop for good' })).toHaveFocus();
  await bar.getByRole('button', { name: 'Do not stop' }).click();
  studiesStore.setState({ studies: [study()] });
  await expect.element(bar.getByRole('button', { name: 'Go on' })).toBeVisible();
  await expect.element(bar.getByRole('button', { name: 'Put aside' })).toBeVisible();
  await bar.getByRole('button', { name: 'Compare' }).click();
  expect(viewStore.getState().dialog).toBe('compare');
});

test('the bar says how a study ended, with the best of it, until that is dismissed', async () => {
  const members = study().members.slice(0, 2);
  const screen = await show([study({ state: 'finished', members })]);
  studiesStore.setState({ left: 's' });
  const bar = screen.getByRole('region', { name: 'Study' });
  await expect.element(bar).toHaveTextContent('“3 seeds” has ended');
  await expect.element(bar).toHaveTextContent('1 trained, 1 failed.');
  await expect.element(bar).toHaveTextContent('Lowest validation loss: seed 1, 0.6.');
  await bar.getByRole('button', { name: 'Dismiss' }).click();
  await expect.element(bar).not.toBeInTheDocument();
});

test('the window plans seeds: how many steps that is, and why it cannot begin', async () => {
  const screen = await show([]);
  await screen.getByRole('button', { name: 'Studies' }).click();
  await screen.getByRole('menuitem', { name: 'Repeat with seeds…' }).click();
  const runs = screen.getByRole('spinbutton', { name: 'Runs' });
  await expect.element(runs).toHaveValue('5');
  await runs.fill('3');
  await expect.element(screen.getByText(/^3 runs of [\d,]+ steps, [\d,]+ in all/)).not.toBeInTheDocument();
  await screen.getByText('The seeds 0 to 4', { exact: false }).click(); // leaves the field
  await expect.element(screen.getByText(/^3 runs of [\d,]+ steps, [\d,]+ in all/)).toBeVisible();
  libraryStore.setState({ status: 'unavailable', reason: 'This browser keeps no runs for the page.' });
  await screen.getByRole('button', { name: 'Start', exact: true }).click();
  await expect.element(screen.getByRole('alert')).toHaveTextContent('keeps no runs');
});

test('the list tells states and reasons, and takes a deletion back', async () => {
  const screen = await show([study(), study({ id: 't', name: 'Rates', state: 'finished', createdAt: 1 })]);
  setView({ dialog: 'studies' });
  const list = screen.getByRole('region', { name: 'Studies of this device' });
  await expect
    .element(list.getByText('1 trained, 1 failed, 1 waiting', { exact: false }).first())
    .toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Resume 3 seeds' })).toBeVisible();
  expect(screen.getByRole('button', { name: 'Resume Rates' }).query()).toBeNull();
  await list.getByText('Why some did not train to their end').first().click();
  await expect.element(list.getByText('seed 2: The memory of the device ran out.').first()).toBeVisible();
  await screen.getByRole('button', { name: 'Delete Rates' }).click();
  await expect.element(screen.getByText('“Rates” is deleted; its runs stay.')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Delete Rates' }).query()).toBeNull();
  await screen.getByRole('button', { name: 'Undo' }).click();
  await expect.element(screen.getByRole('button', { name: 'Delete Rates' })).toBeVisible();
  await settledLibrary();
  const kept = await enqueue((library) => library.studies.all());
  expect(kept.map(({ deletedAt }) => deletedAt)).toEqual([null, null]);
});

test('words', () => {
  expect(tally(study().members)).toBe('1 trained, 1 failed, 1 waiting');
  expect(costInWords([100, 100], null)).toBe('2 runs of 100 steps, 200 in all.');
  expect(costInWords([100, 50], 0.5)).toBe('2 runs, 150 steps in all; about 1 min 15 s on this adapter.');
  const [first] = study().members;
  if (!first) throw new Error('no member');
  const alone = { ...first, experiment: { ...experiment, tasks: experiment.tasks.slice(1) } };
  expect(bestInWords({ members: [first, alone] }, [record('1')])).toBe('');
});
