/** A study of two seeds, with the page reloaded on the way: every run is trained once, and the reader's experiment is back. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { layerSchema } from '#experiment/layers/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { collectErrors, killWorker, open, smallExperiment } from './page.ts';

/** What is stored of the members' runs, in the order of their labels. */
function storedRuns(page: Page) {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('trunkline-runs');
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error ?? new Error('no database')));
    });
    const records = await new Promise<Record<string, unknown>[]>((resolve, reject) => {
      const request = database.transaction('records').objectStore('records').getAll();
      request.addEventListener('success', () => resolve(request.result as Record<string, unknown>[]));
      request.addEventListener('error', () => reject(request.error ?? new Error('no records')));
    });
    database.close();
    return records
      .map(({ difference, status, step, rows, experiment, study }) => ({
        difference,
        status,
        step,
        rows,
        experiment: experiment as Experiment,
        study,
      }))
      .toSorted((a, b) => String(a.difference).localeCompare(String(b.difference)));
  });
}

const bar = (page: Page) => page.getByRole('region', { name: 'Study' });

async function axe(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`),
  ).toEqual([]);
}

/** Trained in seconds, and long enough to be hit in the middle. */
function tiny(): Experiment {
  const training = {
    length: { unit: 'steps', count: 240 },
    validateEvery: { unit: 'steps', count: 60 },
  } as const;
  return {
    ...smallExperiment(training),
    name: 'Mine',
    seed: 5,
    trunk: [
      layerSchema.parse({ kind: 'max-pool', kernel: 4, stride: 4 }),
      layerSchema.parse({ kind: 'flatten' }),
      layerSchema.parse({ kind: 'dense', units: 16 }),
    ],
  };
}

/** Plans the experiment of the page with two seeds, and starts that. */
async function startTwoSeeds(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Studies' }).click();
  await page.getByRole('menuitem', { name: 'Repeat with seeds…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Studies' });
  await dialog.getByRole('spinbutton', { name: 'Runs' }).fill('2');
  await dialog.getByRole('spinbutton', { name: 'Runs' }).press('Enter');
  await expect(dialog.getByText('2 runs of 240 steps, 480 in all')).toBeVisible();
  await axe(page);
  await dialog.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(dialog).toBeHidden();
}

test('repeats with two seeds across a reload', async ({ page }) => {
  const errors = collectErrors(page);
  const experiment = tiny();
  await open(page, experiment);
  const dialog = page.getByRole('dialog', { name: 'Studies' });
  await startTwoSeeds(page);

  // The second member trains.
  await expect(bar(page)).toContainText('2 of 2: seed 6', { timeout: 120_000 });
  await expect(page.getByText(/^[1-9]\d* \/ 240$/).first()).toBeVisible({ timeout: 120_000 });
  await page.getByRole('button', { name: 'Pause' }).first().click(); // the header's
  await expect(bar(page).getByRole('button', { name: 'Go on' })).toBeVisible();
  await axe(page);
  await page.getByRole('textbox', { name: 'Name of the experiment' }).fill('Other');
  await page.keyboard.press('Enter');
  await expect(page.getByText('The page trains the study “2 seeds”.', { exact: false })).toBeVisible();
  await bar(page).getByRole('button', { name: 'Go on' }).click();
  await expect(bar(page).getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Name of the experiment' })).toHaveValue('Mine');
  await expect(bar(page)).toBeHidden();
  await page.getByRole('button', { name: 'Studies' }).click();
  await page.getByRole('menuitem', { name: 'Earlier studies…' }).click();
  await expect(dialog.getByText('1 trained, 1 waiting', { exact: false })).toBeVisible();
  await axe(page);
  await dialog.getByRole('button', { name: 'Resume 2 seeds' }).click();
  await expect(bar(page)).toContainText('“2 seeds” is through', { timeout: 200_000 });
  await expect(bar(page)).toContainText('2 trained.');
  await axe(page);

  const runs = await storedRuns(page);
  expect(runs.map(({ difference, status, step, rows }) => [difference, status, step, rows])).toEqual([
    ['seed 5', 'finished', 240, 240],
    ['seed 6', 'finished', 240, 240],
  ]);
  const [first, second] = runs;
  expect(first?.study).toBe(second?.study);
  expect(second?.experiment).toEqual({ ...first?.experiment, seed: 6 });
  await expect(page.getByRole('textbox', { name: 'Name of the experiment' })).toHaveValue('Mine');
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
  await bar(page).getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByRole('dialog', { name: 'Compare runs' })).toBeVisible();
  expect(errors).toEqual([]);
});

test('goes on where the worker is killed on the way', async ({ page }) => {
  await open(page, tiny());
  await startTwoSeeds(page);
  await expect(page.getByText(/^[1-9]\d* \/ 240$/).first()).toBeVisible({ timeout: 120_000 });
  await killWorker(page);
  await expect(page.getByRole('status').filter({ hasText: 'Recovering' })).toContainText('was killed');
  await expect(bar(page)).toContainText('“2 seeds” is through', { timeout: 200_000 });
  await expect(bar(page)).toContainText('2 trained.');
  const runs = await storedRuns(page);
  expect(runs.map(({ status, step, rows }) => [status, step, rows])).toEqual([
    ['finished', 240, 240],
    ['finished', 240, 240],
  ]);
});
