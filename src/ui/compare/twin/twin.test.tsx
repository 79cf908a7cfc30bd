/** Δm as a person meets it: task by task, in words and numbers, while the twins still train and after. */
import '@mantine/core/styles.layer.css';
import '../../tokens.css';
import '../../base.css';
import { MantineProvider } from '@mantine/core';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { page } from 'vitest/browser';
import { compareStore } from '#stores/compare.ts';
import { libraryStore } from '#stores/library-state.ts';
import type { RunRecord } from '#stores/library.ts';
import { studiesStore } from '#stores/studies-state.ts';
import { viewStore } from '#stores/view.ts';
import { singleTask } from '#studies/twin.ts';
import { experiment, record } from '../../runs/testing.ts';
import { cssVariables, theme } from '../../theme.ts';
import { TwinView } from './TwinView.tsx';

const [first = '', second = ''] = experiment.tasks.map(({ id }) => id);
const [firstName = '', secondName = ''] = experiment.tasks.map(({ name }) => name);

/** At step 400: both tasks together have 78 % and 71 %. */
const together = record('multi');

function alone(id: string, task: string, accuracy: number, change: Partial<RunRecord> = {}): RunRecord {
  const [, last] = record(id).validations;
  if (!last) throw new Error('no validation');
  return record(id, {
    experiment: singleTask(experiment, task),
    study: 's',
    validations: [{ ...last, tasks: { [task]: { loss: 1, metrics: { accuracy } } } }],
    best: { mean: 400, [task]: 400 },
    ...change,
  });
}
const firstAlone = alone('a', first, 0.6);
const secondAlone = alone('b', second, 0.75);

function show(runs: readonly RunRecord[]) {
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <div id="floating" />
      <main>
        <h1>Page</h1>
        <h2>Compare</h2>
        <TwinView runs={runs} />
      </main>
    </MantineProvider>,
  );
}

/** The cells of a row by the name at its head. */
function row(name: string): string[] {
  const found = [...document.querySelectorAll('section table tr')].find((each) =>
    each.querySelector('th')?.textContent?.startsWith(name),
  );
  return [...(found?.querySelectorAll('td, tfoot small') ?? [])].map(({ textContent }) => textContent ?? '');
}

beforeEach(async () => {
  await page.viewport(1440, 900);
  compareStore.setState(compareStore.getInitialState(), true);
  viewStore.setState(viewStore.getInitialState(), true);
  libraryStore.setState({ runs: [] });
  studiesStore.setState({ studies: [] });
});

test('tells of each task what sharing was worth, their mean, and what sharing saves', async () => {
  const screen = await show([together, firstAlone, secondAlone]);
  await expect.element(screen.getByRole('heading', { name: 'learning rate multi' })).toBeVisible();
  expect(row(firstName)).toEqual(['accuracy ↑at step 400', '78.0 %', '60.0 %', '+30.0 %']);
  expect(row(secondName)).toEqual(['accuracy ↑at step 400', '71.0 %', '75.0 %', '−5.3 %']);
  expect(row('Δm')).toEqual(['mean of all tasks', '', '', '', '+12.3 %']);
  await expect.element(screen.getByText('sharing saves', { exact: false })).toBeVisible();
  await screen.getByRole('combobox', { name: 'Compared at' }).selectOptions('Test');
  await expect.poll(() => row('Δm')).toEqual(['mean of 0 of 2 tasks so far', '', '', '', '–']);
});

test('while a twin trains, its numbers are of so far', async () => {
  await show([together, firstAlone, { ...secondAlone, status: 'running', step: 350 }]);
  await expect.poll(() => row('Δm')[0]).toBe('mean of all tasks so far');
});

test('a twin that has begun since comes in with its study', async () => {
  const member = { experiment, label: '', state: 'training', reason: '' } as const;
  studiesStore.setState({
    studies: [
      {
        id: 's',
        kind: 'twin',
        name: 'Twins',
        members: [firstAlone, secondAlone].map(({ id }) => ({ ...member, run: id })),
        turn: null,
        stopping: null,
        budget: null,
        baseline: 'multi',
        createdAt: 0,
        state: 'training',
        deletedAt: null,
      },
    ],
  });
  libraryStore.setState({ runs: [together, firstAlone] });
  await show([firstAlone]);
  await expect.poll(() => row('Δm')[0]).toBe('mean of 1 of 2 tasks so far');
  expect(document.querySelector('section')?.textContent).not.toMatch(/NaN|not a number/);
  libraryStore.setState({ runs: [together, firstAlone, secondAlone] });
  await expect.poll(() => row('Δm')[0]).toBe('mean of all tasks');
});

test('without twins it leads to the plan of some', async () => {
  const screen = await show([together]);
  await screen.getByRole('button', { name: 'Plan single-task twins' }).click();
  expect(viewStore.getState()).toMatchObject({ dialog: 'studies', studyKind: 'twin' });
});
