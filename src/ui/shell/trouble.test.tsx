/** What the page says and offers when a run is in trouble. */
import '@mantine/core/styles.layer.css';
import { MantineProvider } from '@mantine/core';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { experimentStore, openExperiment, undo } from '#stores/experiment.ts';
import { type RunState, runStore } from '#stores/run-state.ts';
import { cssVariables, theme } from '../theme.ts';
import { Problems } from './Problems.tsx';
import { RunControls } from './RunControls.tsx';

const { experiment } = experimentStore.getState();
const idle = runStore.getState();
const rateNow = () => experimentStore.getState().experiment.training.learningRate;

const checkpoint = {
  step: 1234,
  updates: 1234,
  seconds: 60,
  tensors: [],
  optimiser: [],
  strategy: [],
  normalisation: { mean: [0], deviation: [1] },
  best: [],
  stopping: { lowest: 1, since: 0 },
  validatedAt: 1000,
};

function show(state: Partial<RunState>) {
  runStore.setState({ ...idle, experiment, step: 1300, totalSteps: 5000, checkpoint, ...state });
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <RunControls />
      <Problems />
    </MantineProvider>,
  );
}

beforeEach(() => {
  openExperiment(experiment);
  runStore.setState(idle);
});

test('tells politely that it recovers, from where, and lets one choose to pause then', async () => {
  const trouble = { cause: 'device', message: 'The graphics device was lost (gone).' } as const;
  const screen = await show({ status: 'recovering', goesOn: true, trouble });
  const note = screen.getByRole('status').filter({ hasText: 'Recovering' });
  await expect
    .element(note)
    .toHaveTextContent('The graphics device was lost (gone). Training goes on by itself');
  await expect.element(note).toHaveTextContent('from step 1,234');
  await expect.element(screen.getByRole('button', { name: 'Step' })).toBeDisabled();
  await screen.getByRole('button', { name: 'Pause' }).click();
  await expect.element(note).toHaveTextContent('The run will be there again from step 1,234');
  await expect.element(screen.getByRole('button', { name: 'Resume' })).toBeVisible();
});

test('a run that has stopped offers its checkpoint', async () => {
  const screen = await show({ status: 'failed', trouble: { cause: 'memory', message: 'Memory ran out.' } });
  const alert = screen.getByRole('alert');
  await expect.element(alert).toHaveTextContent('Memory ran out.');
  await expect.element(alert).toHaveTextContent('the weights of step 1,234 are kept');
  await expect.element(alert.getByRole('button', { name: 'Resume from step 1,234' })).toBeVisible();
  await expect.element(alert.getByRole('button', { name: 'Train anew' })).toBeVisible();
});

test('without a checkpoint it can only train anew', async () => {
  const trouble = { cause: 'other', message: 'No shader.' } as const;
  const screen = await show({ status: 'failed', trouble, checkpoint: null, step: 0 });
  await expect.element(screen.getByRole('alert')).toHaveTextContent('The run could not start');
  expect(screen.getByRole('button', { name: /^Resume/ }).elements()).toEqual([]);
});

test('after a breakdown it suggests a lower rate, which undo takes back', async () => {
  const trouble = { cause: 'numbers', message: 'At step 1,300 the loss became NaN.' } as const;
  const screen = await show({ status: 'paused', step: 1234, trouble });
  const alert = screen.getByRole('alert');
  await expect.element(alert).toHaveTextContent('The run is paused at step 1,234, before that');
  const before = rateNow();
  await alert.getByRole('button', { name: `Go on with a learning rate of ${before / 10}` }).click();
  expect(rateNow()).toBe(before / 10);
  undo();
  expect(rateNow()).toBe(before);
});

test('an edited network can go on with what survives of the weights', async () => {
  const screen = await show({ status: 'paused', trouble: null });
  openExperiment({
    ...experiment,
    heads: { ...experiment.heads, 'top-left': [] },
  });
  const note = screen.getByRole('status').filter({ hasText: 'before your edit' });
  await expect.element(note).toHaveTextContent(/10 of 12 tensors keep their weights .*; 2 start anew\./);
  await expect.element(note.getByRole('button', { name: 'Continue with the changes' })).toBeVisible();
  openExperiment({ ...experiment, training: { ...experiment.training, batchSize: 32 } });
  await expect.element(note).toHaveTextContent('All 14 tensors keep their weights');
  openExperiment({ ...experiment, seed: 9 });
  await expect
    .element(screen.getByRole('button', { name: 'Continue with the changes' }))
    .not.toBeInTheDocument();
});
