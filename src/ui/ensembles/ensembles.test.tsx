/** The ensemble tab as a person meets it: members chosen, figures read, what stands in the way said. */
import '@mantine/core/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { page } from 'vitest/browser';
import { columnWidth } from '#experiment/dataset-info.ts';
import { describeTask } from '#experiment/tasks/index.ts';
import { compareStore } from '#stores/compare.ts';
import { datasetKey, datasetStore, type DatasetSummary } from '#stores/dataset.ts';
import { type Ensemble, ensembleStore } from '#stores/ensembles.ts';
import type { RunRecord } from '#stores/library.ts';
import { judge } from '#studies/ensemble-results.ts';
import { infoFor } from '#data/resolve.ts';
import { experiment, record } from '../runs/testing.ts';
import { cssVariables, theme } from '../theme.ts';
import { EnsembleView } from './EnsembleView.tsx';

const info = infoFor(experiment.data);
const [firstTask, secondTask] = experiment.tasks;
const truths = [0, 1, 2, 3];

/** Labels of four samples, all of them in the test part and in the validation part. */
const summary: DatasetSummary = {
  info,
  columns: info.columns.map((column) => ({ info: column, values: Float32Array.from(truths) })),
  split: {
    train: new Uint32Array(),
    validation: Uint32Array.of(0, 1, 2, 3),
    test: Uint32Array.of(0, 1, 2, 3),
  },
};

/** Logits of a network that is sure of these classes, by so much. */
const sure = (classes: readonly number[], by: number) =>
  Float32Array.from({ length: 40 }, (_, i) => (i % 10 === classes[Math.floor(i / 10)] ? by : 0));

/** Three members, each wrong on a sample of its own; the third lacks the second task. */
function ensembleOf(runs: readonly RunRecord[]): Ensemble {
  const said = [sure([9, 1, 2, 3], 1), sure([0, 9, 2, 3], 1), sure([0, 1, 9, 9], 1)];
  const tasks = experiment.tasks.map((task, index) => {
    const column = info.columns.find(({ id }) => id === task.column);
    if (!column) throw new Error(`no column ${task.column}`);
    expect(describeTask(task).outputs(column)).toBe(10);
    expect(columnWidth(column)).toBe(1);
    const outputs = index === 0 ? said : said.slice(0, 2);
    const part = { outputs, targets: Float32Array.from(truths) };
    const voters = outputs.map((_, place) => place);
    return judge({ task, column, voters, validation: part, test: part });
  });
  const members = runs.map((each) => ({
    record: each,
    step: 300,
    name: each.name,
    experiment: each.experiment,
    tensors: [],
    normalisation: { mean: [0], deviation: [1] },
  }));
  return {
    members,
    soup: null,
    soupProblem: 'The weights cannot be averaged: the network of “c” is not that of “a”.',
    tasks,
    seed: experiment.seed,
    samples: summary.split.test,
    summary,
  };
}

const runs = ['a', 'b', 'c'].map((id, colour) => record(`${id}-0000000`, { name: id, colour }));

function show(some: readonly RunRecord[] = runs) {
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <div id="floating" />
      <main style={{ width: 900 }}>
        <EnsembleView runs={some} />
      </main>
    </MantineProvider>,
  );
}

/** Cells of the row of a member or a way of combining, as they read. */
const row = (name: string) =>
  [...document.querySelectorAll('tbody tr')]
    .filter((each) => each.querySelector('th')?.textContent.startsWith(name))
    .flatMap((each) => [...each.querySelectorAll('td')].map((cell) => cell.innerText.replace(/\s+/g, ' ')));

beforeEach(async () => {
  await page.viewport(1440, 900);
  compareStore.setState(compareStore.getInitialState(), true);
  ensembleStore.setState(ensembleStore.getInitialState(), true);
  datasetStore.setState({ status: 'ready', key: datasetKey(experiment), summary });
});

test('takes the best weights of each run as members, and any others that are ticked', async () => {
  const screen = await show();
  const compute = screen.getByRole('button', { name: 'Compute the ensemble of 3' });
  await expect.element(compute).toBeEnabled();
  const ofA = screen.getByRole('group', { name: 'Weights of a' });
  const best = `best by mean, best for ${firstTask?.name} step 300`;
  const last = `last, best for ${secondTask?.name} step 400`;
  await expect.element(ofA.getByRole('checkbox', { name: best })).toBeChecked();
  await ofA.getByRole('checkbox', { name: last }).click();
  await expect.element(screen.getByRole('button', { name: 'Compute the ensemble of 4' })).toBeEnabled();
  await ofA.getByRole('checkbox', { name: best }).click();
  expect(compareStore.getState().extras['members']).toBe('a-000000:400');
  await expect.element(ofA.getByRole('checkbox', { name: last })).toBeChecked();
  await expect.element(compute).toBeVisible();
});

test('offers checkpoints on the way behind a click, and none where nothing trained is kept', async () => {
  const steps = [0, 100, 200, 300, 400].map((step) => ({ step, bytes: 1 }));
  const screen = await show([
    record('x', { name: 'x', checkpoints: steps }),
    record('y', { name: 'y', checkpoints: [] }),
  ]);
  const ofX = screen.getByRole('group', { name: 'Weights of x' });
  expect(ofX.getByRole('checkbox').elements()).toHaveLength(2);
  await screen.getByRole('button', { name: 'Show 2 more of x' }).click();
  expect(ofX.getByRole('checkbox').elements()).toHaveLength(4);
  await expect.element(screen.getByText('No trained weights are kept of it.')).toBeVisible();
  await expect.element(screen.getByText(/^Choose two members or more/)).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Compute the ensemble' })).toBeDisabled();
});

test('says which run cannot be combined, and opens one where the data is not loaded', async () => {
  const shapes = { source: 'shapes', settings: {} };
  const other = record('o', { name: 'o', experiment: { ...experiment, data: shapes } });
  const screen = await show([...runs, other]);
  const words = '“o” cannot be combined with “a”: it is trained on Shapes, not on Multi-Fashion.';
  await expect.element(screen.getByText(words)).toBeVisible();
  datasetStore.setState({ key: datasetKey({ ...experiment, data: shapes }) });
  await screen.unmount();
  const again = await show();
  await expect.element(again.getByRole('button', { name: 'Open “a”' })).toBeVisible();
  await expect.element(again.getByRole('button', { name: /^Compute/ })).toBeDisabled();
});

test('lays members and combinations side by side: best, weights, differences, disagreement', async () => {
  ensembleStore.setState({ status: 'ready', ensemble: ensembleOf(runs) });
  const screen = await show();
  await expect.element(screen.getByRole('table', { name: 'Members and combinations' })).toBeVisible();
  const [a = '', ofSecond = ''] = row('a');
  expect(a).toMatch(/^75\.0 % weight \d+\.\d %$/);
  expect(ofSecond).toBe('75.0 % weight 50.0 %');
  expect(row('c')[0]).toMatch(/^50\.0 % weight \d+\.\d %$/);
  expect(row('c')[1]).toBe('–');
  // Every sample has two members that are right about it, or two votes of three.
  expect(row('Average')[0]).toBe('★ best: 100.0 % +25.0 pp');
  expect(row('Majority vote')[0]).toBe('★ best: 100.0 % +25.0 pp');
  expect(document.querySelectorAll('tr[data-way]')).toHaveLength(3);
  // Members differ on the samples that either of them is wrong about: 2, 3 and 3 of 4.
  await expect.element(screen.getByText(/top left 66\.7 %, bottom right 50\.0 %/)).toBeVisible();
  await expect.element(screen.getByText(/^The weights cannot be averaged: the network of “c”/)).toBeVisible();
  await expect.element(screen.getByText(/never on the test part/).first()).toBeVisible();

  await screen.getByRole('combobox', { name: 'What is shown' }).selectOptions('loss');
  expect(row('Majority vote')).toEqual(['–', '–']);
  expect(row('Average')[0]).toMatch(/^(★ best: )?\d\.\d+ [−+]\d/);
  await screen.getByRole('combobox', { name: 'What is shown' }).selectOptions('all metrics and losses');
  expect(row('a')).toHaveLength(6);
});

test('says when figures are of other members, how far computing is, and what went wrong', async () => {
  ensembleStore.setState({ status: 'ready', ensemble: ensembleOf(runs) });
  const screen = await show(runs.slice(0, 2));
  await expect
    .element(screen.getByText(/^These figures are of the members that were computed last/))
    .toBeVisible();
  ensembleStore.setState({
    status: 'computing',
    progress: { share: 0.25, doing: 'Member 1 of 2, “a”: test part' },
  });
  await expect.element(screen.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '25');
  await expect.element(screen.getByText('Member 1 of 2, “a”: test part')).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Cancel' })).toBeVisible();
  ensembleStore.setState({
    status: 'failed',
    progress: null,
    error: 'The data of these runs is not loaded.',
  });
  await expect.element(screen.getByRole('alert')).toHaveTextContent('The data of these runs is not loaded.');
});
