/** The window that looks for a learning rate, in every state: before, while it tests, with suggestions, refused, failed. */
import '@mantine/core/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { userEvent } from 'vitest/browser';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { rateInRange, suggestRates, type RangePoint } from '#experiment/rate-range.ts';
import { datasetKey, datasetStore } from '#stores/dataset.ts';
import { editExperiment, experimentStore, undo } from '#stores/experiment.ts';
import { finderStore } from '#stores/rate-finder.ts';
import { runStore } from '#stores/run-state.ts';
import { setView, viewStore } from '#stores/view.ts';
import { cssVariables, theme } from '../theme.ts';
import { RateFinder } from './RateFinder.tsx';

const data = { source: 'multi-fashion', settings: {} };
const experiment = experimentFor(infoFor(data), data);
const range = { low: 1e-6, high: 1, steps: 121 };
/** Both tasks fall the fastest at 10⁻³, where the second is worse by a half. */
const points: RangePoint[] = Array.from({ length: 121 }, (_, i) => {
  const rate = rateInRange(range, i);
  const loss = 0.3 + 2 / (1 + Math.exp(4 * (Math.log10(rate) + 3))) + (rate > 0.1 ? 20 * (rate - 0.1) : 0);
  return { rate, losses: [loss, loss + 0.5] };
});
const suggestion = suggestRates(points);
const tested = { experiment, range, step: 0 };

beforeEach(() => {
  finderStore.setState(finderStore.getInitialState(), true);
  runStore.setState({ status: 'idle', checkpoint: null, experiment: null });
  editExperiment(() => experiment);
  datasetStore.setState({ status: 'ready', key: datasetKey(experiment) });
  setView({ dialog: 'rate-finder' });
});

const show = () =>
  render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <RateFinder />
    </MantineProvider>,
  );

test('begins with a range for the optimiser, and refuses one that does not rise', async () => {
  const screen = await show();
  await expect.element(screen.getByRole('spinbutton', { name: 'From' })).toHaveValue('1e-6');
  await expect.element(screen.getByRole('button', { name: 'Test', exact: true })).toBeEnabled();
  await screen.getByRole('spinbutton', { name: 'To' }).fill('1e-7');
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByRole('alert')).toHaveTextContent('must be above');
  await expect.element(screen.getByRole('button', { name: 'Test', exact: true })).toBeDisabled();
});

test('shows how far it is, and can be stopped', async () => {
  finderStore.setState({ status: 'running', tested, points: points.slice(0, 30) });
  const screen = await show();
  await expect.element(screen.getByText('30 / 121')).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Stop' })).toBeVisible();
  expect(screen.getByRole('button', { name: /^Use/ }).query()).toBeNull();
});

test('suggests two rates; one is chosen, and undo takes it back', async () => {
  finderStore.setState({ status: 'done', tested, points, suggestion });
  const screen = await show();
  expect(document.querySelectorAll('g[data-main] line')).toHaveLength(1);
  const buttons = screen.getByRole('button', { name: /^Use/ }).elements();
  const rates = buttons.map(({ textContent }) => Number(textContent?.replace('Use ', '')));
  expect(rates).toEqual([suggestion.steepest, suggestion.tenthOfLowest]);
  await screen.getByRole('button', { name: /^Use/ }).first().click();
  expect(experimentStore.getState().experiment.training.learningRate).toBe(suggestion.steepest);
  expect(viewStore.getState().dialog).toBeNull();
  undo();
  expect(experimentStore.getState().experiment.training.learningRate).toBe(1e-3);
});

test('is read along the curve with the keys', async () => {
  finderStore.setState({ status: 'done', tested, points, suggestion });
  const screen = await show();
  const chart = screen.getByRole('slider', { name: /Loss over the learning rate/ });
  const text = () => chart.element().getAttribute('aria-valuetext');
  (chart.element() as HTMLElement).focus();
  await userEvent.keyboard('{Home}');
  expect(text()).toBe('Rate 1e-6: mean loss 2.55');
  await userEvent.keyboard('{ArrowRight}{Shift>}{ArrowRight}{/Shift}');
  expect(text()).toMatch(/^Rate 3\.5e-6: mean loss 2\.55/);
  await expect.element(screen.getByText('at 3.5e-6')).toBeVisible();
});

test('says why it cannot begin, offers to pause, and says what went wrong', async () => {
  runStore.setState({ status: 'running' });
  const screen = await show();
  await expect.element(screen.getByText('A run is training.')).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Test', exact: true })).toBeDisabled();
  await expect.element(screen.getByRole('button', { name: 'Pause it and test' })).toBeEnabled();
  runStore.setState({ status: 'idle' });
  datasetStore.setState({ status: 'loading' });
  await expect.element(screen.getByText('The images are still being built.')).toBeVisible();
  datasetStore.setState({ status: 'ready' });
  finderStore.setState({ status: 'failed', error: 'The run goes on.' });
  await expect.element(screen.getByRole('alert')).toHaveTextContent('The run goes on.');
});

test('says where nothing is suggested, and where the experiment is another by now', async () => {
  const flat = points.map(({ rate }) => ({ rate, losses: [2.3, 2.3] }));
  finderStore.setState({ status: 'done', tested, points: flat, suggestion: suggestRates(flat) });
  const screen = await show();
  await expect.element(screen.getByText(/did not fall by more than its own scatter/)).toBeVisible();
  expect(screen.getByText(/has changed since/).query()).toBeNull();
  editExperiment((now) => ({ ...now, training: { ...now.training, learningRate: 0.5 } }));
  expect(screen.getByText(/has changed since/).query()).toBeNull();
  editExperiment((now) => ({ ...now, training: { ...now.training, batchSize: 32 } }));
  await expect.element(screen.getByText('The experiment has changed since this test.')).toBeVisible();
});
