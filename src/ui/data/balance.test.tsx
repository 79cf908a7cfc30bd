/** What the data panel says of classes and of labels that are missing, and what it offers. */
import '@mantine/core/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { experimentStore, openExperiment } from '#stores/experiment.ts';
import type { DatasetSummary } from '#stores/dataset.ts';
import { cssVariables, theme } from '../theme.ts';
import { ClassBalance } from './ClassBalance.tsx';
import { CoverageMap } from './CoverageMap.tsx';

const data = { source: 'multi-fashion', settings: {} };
const info = infoFor(data);
const [first, second] = info.columns;
if (!first || !second || first.kind !== 'class') throw new Error('Multi-Fashion has two tasks of classes.');

/** 12 training images: eight of class 0, two of class 1, one of class 2, one without a label; half carry the other label. */
const summary: DatasetSummary = {
  info,
  columns: [
    { info: first, values: Float32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, Number.NaN) },
    { info: second, values: Float32Array.from({ length: 12 }, (_, i) => (i % 2 ? Number.NaN : i % 10)) },
  ],
  split: {
    train: Uint32Array.from({ length: 12 }, (_, i) => i),
    validation: new Uint32Array(),
    test: new Uint32Array(),
  },
};

const inPage = (content: React.ReactNode) =>
  render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <main style={{ width: 260 }}>{content}</main>
    </MantineProvider>,
  );

test('says how unevenly classes are spread, which are never learnt, and weighs them at a click', async () => {
  openExperiment(experimentFor(info, data));
  const screen = await inPage(<ClassBalance summary={summary} />);
  await screen.getByRole('button', { name: first.name }).click();
  await expect.element(screen.getByText(/times the images of/)).toHaveTextContent('8.0 times');
  await expect.element(screen.getByText(/No training image:/)).toHaveTextContent('and 4 more');
  await screen.getByRole('button', { name: 'Use class weights' }).click();
  const weights = () => {
    const task = experimentStore.getState().experiment.tasks.find(({ column }) => column === first.id);
    return task?.kind === 'classification' ? task.classWeights : undefined;
  };
  expect(weights()?.slice(0, 4)).toEqual([0.138, 0.55, 1.1, 1]); // 11 labels / (10 classes · images of the class)
  await screen.getByRole('button', { name: 'No class weights' }).click();
  expect(weights()).toBeNull();
  // The page's own set can be drawn from evenly, a built-in one cannot.
  expect(screen.getByRole('button', { name: 'Draw classes equally often' }).query()).toBeNull();
  const { violations } = await axe.run(document.querySelector('main') ?? document.body);
  expect(violations.map(({ id }) => id)).toEqual([]);
});

test('maps which images carry labels of both tasks', async () => {
  const screen = await inPage(<CoverageMap summary={summary} onClose={() => {}} />);
  const cells = () => [...document.querySelectorAll('td')].map((cell) => cell.textContent);
  await expect.poll(cells).toEqual(['1191.7 %', '650.0 %', '650.0 %', '650.0 %']);
  await expect
    .element(screen.getByText(/12 images/))
    .toHaveTextContent('6 labelled in every task, 1 in none');
});
