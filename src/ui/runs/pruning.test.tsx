import '@mantine/core/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import type { RunRecord } from '#stores/library.ts';
import { enqueue, libraryStore, openLibrary } from '#stores/library-state.ts';
import { pruningStore } from '#stores/pruning.ts';
import { cssVariables, theme } from '../theme.ts';
import { Pruning } from './Pruning.tsx';
import { record } from './testing.ts';

let databases = 0;

/** Runs in the storage with checkpoints of 4 kB after these steps, each best at step 20. */
async function show(runs: readonly RunRecord[], steps: readonly number[]) {
  const name = `pruning-test-${++databases}-${Math.random()}`;
  await openLibrary(name);
  for (const each of runs) {
    await enqueue((library) =>
      library.add({ ...each, totalSteps: 100, best: { mean: 20 }, checkpoints: [] }),
    );
    for (const step of steps)
      await enqueue((library) =>
        library.putCheckpoint(
          each.id,
          {
            step,
            updates: step,
            seconds: step,
            tensors: [{ name: 'w', shape: [1000], values: new Float32Array(1000).fill(step) }],
            optimiser: [],
            strategy: [],
            normalisation: { mean: [0], deviation: [1] },
            best: [],
            stopping: { lowest: Infinity, since: 0 },
            validatedAt: -1,
          },
          20,
        ),
      );
  }
  await openLibrary(name);
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <Pruning />
    </MantineProvider>,
  );
}

const stepsOf = (id: string) =>
  libraryStore
    .getState()
    .runs.find((each) => each.id === id)
    ?.checkpoints.map(({ step }) => step);

const stored = async (id: string) =>
  (await enqueue((library) => library.get(id)))?.checkpoints.map(({ step }) => step);

beforeEach(() => {
  pruningStore.setState({ limit: null, automatic: false, persisted: false });
});

test('shows what could go, and drops it only when told to', async () => {
  const screen = await show(
    [record('1', { updatedAt: 1 }), record('2', { updatedAt: 2, pinned: true })],
    [20, 50, 90],
  );
  await screen.getByRole('button', { name: 'What could go: 8.0 kB' }).click();
  await expect.element(screen.getByText('2 checkpoints of one run would go', { exact: false })).toBeVisible();
  const rows = [...document.querySelectorAll('li')].map(({ textContent }) => textContent);
  expect(rows).toEqual(['learning rate 1step 504.0 kB', 'learning rate 1step 204.0 kB']);
  expect(await stored('1')).toEqual([20, 50, 90]);
  await screen.getByRole('button', { name: 'Drop them for good, about 8.0 kB' }).click();
  await expect.poll(() => stepsOf('1')).toEqual([90]);
  expect([await stored('1'), await stored('2')]).toEqual([[90], [20, 50, 90]]);
});

test('says by how much a limit is passed, and frees no more than that', async () => {
  const screen = await show([record('1', { updatedAt: 1 }), record('2', { updatedAt: 2 })], [20, 50, 90]);
  const kept = libraryStore.getState().runs.reduce((sum, { bytes }) => sum + bytes, 0);
  pruningStore.setState({ limit: kept - 4100 });
  await expect.element(screen.getByText('4.1 kB more is taken than the limit.')).toBeVisible();
  await screen.getByRole('button', { name: /^Drop them for good/ }).click();
  await expect
    .poll(() => [stepsOf('1'), stepsOf('2')])
    .toEqual([
      [20, 90],
      [20, 90],
    ]);
  pruningStore.setState({ limit: 1 });
  await expect.element(screen.getByText(/Checkpoints cannot free .+ of it: delete runs\.$/)).toBeVisible();
});

test('says whether the browser keeps the storage, and asks it to', async () => {
  const screen = await show([record('1')], [90]);
  await expect.element(screen.getByText('The browser may clear these runs', { exact: false })).toBeVisible();
  await screen.getByRole('button', { name: 'Ask it to keep them' }).click();
  const answer = /until you clear the data of this site|would not promise to keep them/;
  await expect.element(screen.getByText(answer)).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Ask it to keep them' })).not.toBeInTheDocument();
});
