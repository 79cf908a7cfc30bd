/** The forms that plan twins, races and sweeps as a person meets them. Nothing trains: the storage refuses at Start. */
import '@mantine/core/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { page } from 'vitest/browser';
import { experimentStore } from '#stores/experiment.ts';
import { libraryStore } from '#stores/library-state.ts';
import { setView } from '#stores/view.ts';
import { experiment, record } from '../runs/testing.ts';
import { cssVariables, theme } from '../theme.ts';
import { StudiesModal } from './StudiesModal.tsx';

const [first] = experiment.tasks;
const half = record('half', { name: 'Half a run', step: 200, status: 'paused' });
const other = record('other', {
  name: 'Another seed',
  experiment: { ...experiment, seed: experiment.seed + 1 },
});

function show(kind: string) {
  setView({ dialog: 'studies', studyKind: kind });
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <Notifications />
      <div id="floating" />
      <main>
        <h1>Page</h1>
        <StudiesModal />
      </main>
    </MantineProvider>,
  );
}

beforeEach(async () => {
  await page.viewport(1440, 900);
  setView({ dialog: null, raceFrom: null });
  experimentStore.setState({ experiment });
  libraryStore.setState({ status: 'ready', reason: null, runs: [half, other], current: null });
});

test('twins: the run that is there need not be trained again, and is met in its steps', async () => {
  const screen = await show('twin');
  const baseline = screen.getByRole('combobox', { name: 'The network of all tasks' });
  await expect.element(baseline).toHaveDisplayValue('Half a run, 200 steps');
  expect([...baseline.element().querySelectorAll('option')].map(({ text }) => text)).toEqual([
    'Half a run, 200 steps',
    'is trained anew',
  ]);
  await expect.element(screen.getByText('2 runs of 200 steps, 400 in all')).toBeVisible();
  await screen.getByText('FLOPs', { exact: true }).click();
  await expect.element(screen.getByText(/^2 runs of (?!200 )[\d,]+ steps/)).toBeVisible();
  await baseline.selectOptions('is trained anew');
  await expect.element(screen.getByText(/^3 runs, [\d,]+ steps in all/)).toBeVisible();
  libraryStore.setState({ status: 'unavailable', reason: 'This browser keeps no runs for the page.' });
  await screen.getByRole('button', { name: 'Start', exact: true }).click();
  await expect.element(screen.getByRole('alert')).toHaveTextContent('keeps no runs');
});

test('twins of one task are told to be none', async () => {
  if (!first) throw new Error('no task');
  experimentStore.setState({ experiment: { ...experiment, tasks: [first] } });
  const screen = await show('twin');
  await expect
    .element(screen.getByText('The experiment on the page has one task only', { exact: false }))
    .toBeVisible();
  expect(screen.getByRole('button', { name: 'Start', exact: true }).query()).toBeNull();
});

test('a race begins where it was asked for, or before the end of a run, and says what it lacks', async () => {
  setView({ raceFrom: { run: 'other', step: 300 } });
  const screen = await show('race');
  await expect
    .element(screen.getByRole('combobox', { name: 'All begin with' }))
    .toHaveDisplayValue('Another seed');
  const checkpoint = screen.getByRole('combobox', { name: 'Its checkpoint' });
  await expect.element(checkpoint).toHaveValue('300');
  await expect.element(screen.getByText(/^3 runs of [\d,]+ steps/)).toBeVisible();
  await checkpoint.selectOptions('step 400');
  await expect.element(screen.getByRole('alert')).toHaveTextContent('must be before the end of the run');
  expect(screen.getByRole('button', { name: 'Start', exact: true }).query()).toBeNull();
  await checkpoint.selectOptions('step 300');
  await screen.getByText('Learning rates', { exact: true }).click();
  await screen.getByRole('textbox', { name: 'Learning rates' }).fill('1e-3, slow');
  await expect.element(screen.getByRole('alert')).toHaveTextContent('“slow”');
  await screen.getByText('Network', { exact: true }).click();
  // Of the page's experiment, which has another seed than the run.
  await expect.element(screen.getByRole('alert')).toHaveTextContent('seed: must be that of the run');
});

test('a sweep shows what it would train, and says in words what is wrong', async () => {
  const screen = await show('sweep');
  const values = screen.getByRole('textbox', { name: /^Values of/ });
  await expect.element(screen.getByText(/^3 runs of [\d,]+ steps/)).toBeVisible();
  await values.fill('1e-3; 2e-3; 3e-3; 4e-3');
  await expect.element(screen.getByText(/^4 runs of [\d,]+ steps/)).toBeVisible();
  await values.fill('1e-3, fast');
  await expect.element(screen.getByRole('alert')).toHaveTextContent('“fast”');
  expect(screen.getByRole('button', { name: 'Start', exact: true }).query()).toBeNull();
  await values.fill('1e-3, 2e-3');
  await screen.getByRole('button', { name: 'Vary another field' }).click();
  await expect.poll(() => screen.getByRole('button', { name: /^Do not vary/ }).elements()).toHaveLength(2);
  await screen.getByText('Random', { exact: true }).click();
  await expect.element(screen.getByRole('spinbutton', { name: 'Runs' })).toHaveValue('10');
  await screen.getByText('List', { exact: true }).click();
  await expect.element(screen.getByText(/^2 runs of [\d,]+ steps/)).toBeVisible();
  await screen.getByRole('textbox', { name: 'Values of each run, as JSON' }).fill('[{');
  await expect.element(screen.getByRole('alert')).toHaveTextContent('must be JSON');
});
