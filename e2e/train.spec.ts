/** The main road: open, train on WebGPU, watch, pause, step, resume; the same seed gives the same curves. */
import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { collectErrors, exported, open, smallExperiment, trainToEnd } from './page.ts';

type Row = Readonly<Record<string, string>>;

/** The rows of the exported metrics, and whatever else the zip holds. */
async function metricsOf(page: Page): Promise<{ rows: Row[]; files: string[] }> {
  const { path } = await exported(page, /^Everything/);
  const files = unzipSync(await readFile(path));
  const [head = '', ...lines] = strFromU8(files['metrics.csv'] ?? new Uint8Array())
    .trim()
    .split('\n');
  const names = head.split(',');
  const rows = lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
  return { rows, files: Object.keys(files) };
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('opens on Multi-Fashion, on WebGPU, ready to train', async ({ page }) => {
  const errors = collectErrors(page);
  await open(page);
  await expect(page.getByText('24,000 images')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Adapter: WebGPU/ })).toBeVisible();
  await expect(
    page.getByRole('button', { name: 'Conv 5×5, output 32 by 32 by 10, 260 parameters' }),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Step', exact: true }).click();
  await expect(page.getByText('1 / 780')).toBeVisible({ timeout: 120_000 });
  expect(errors).toEqual([]);
});

test('trains 60 steps: the losses of both tasks fall, and a second run is identical', async ({ page }) => {
  const errors = collectErrors(page);
  await open(page, smallExperiment());
  await trainToEnd(page);
  await expect(page.getByText('60 / 60')).toBeVisible();
  const first = await metricsOf(page);
  expect(first.files.toSorted()).toEqual([
    'README.txt',
    'conflicts.csv',
    'experiment.trunkline.json',
    'metrics.csv',
    'weights.safetensors',
  ]);
  const steps = first.rows.filter(({ part }) => part === 'train');
  expect(steps).toHaveLength(60);
  for (const task of ['top-left', 'bottom-right']) {
    const losses = steps.map((row) => Number(row[`${task}/loss`]));
    expect(mean(losses.slice(-10)), task).toBeLessThan(0.8 * mean(losses.slice(0, 5)));
  }
  expect(first.rows.filter(({ part }) => part === 'validation').map(({ step }) => step)).toEqual([
    '30',
    '60',
  ]);
  expect(first.rows.filter(({ part }) => part === 'test')).toHaveLength(1);

  await page.getByRole('button', { name: 'Train anew' }).click();
  await expect(page.getByText('60 / 60')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Train anew' })).toBeVisible({ timeout: 200_000 });
  const second = await metricsOf(page);
  const timeless = ({ seconds: _seconds, ...row }: Row) => row;
  expect(second.rows.map(timeless)).toEqual(first.rows.map(timeless));
  expect(errors).toEqual([]);
});

test('pauses, trains single steps, resumes, and takes a new learning rate live', async ({ page }) => {
  const errors = collectErrors(page);
  await open(page, smallExperiment({ length: { unit: 'steps', count: 400 } }));
  await page.keyboard.press('Space');
  await expect(page.getByText(/^[1-9]\d* \/ 400$/)).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  const counter = page.getByText(/^\d+ \/ 400$/);
  const paused = Number((await counter.textContent())?.split(' ')[0]);
  await page.getByRole('button', { name: 'Step', exact: true }).click();
  await expect(page.getByText(`${paused + 1} / 400`)).toBeVisible();
  const rate = page.getByRole('spinbutton', { name: 'Learning rate' });
  await rate.fill('0.0005');
  await rate.press('Enter');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Step', exact: true }).click();
  await expect(page.getByText(`${paused + 2} / 400`)).toBeVisible();
  const { rows } = await metricsOf(page);
  const rates = rows.filter(({ part }) => part === 'train').map(({ learningRate }) => Number(learningRate));
  expect(rates.at(-2)).toBeCloseTo(2e-3, 8);
  expect(rates.at(-1)).toBeCloseTo(5e-4, 8);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText(`${paused + 2} / 400`)).toBeHidden({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await expect(page.getByText('0 / 400')).toBeVisible();
  expect(errors).toEqual([]);
});

test('other data while weights are there: they stay exportable, and going back trains again', async ({
  page,
}) => {
  const errors = collectErrors(page);
  await open(page, smallExperiment({ length: { unit: 'steps', count: 400 } }));
  for (const steps of ['1 / 400', '2 / 400']) {
    await page.getByRole('button', { name: 'Step', exact: true }).click();
    await expect(page.getByText(steps)).toBeVisible({ timeout: 60_000 });
  }
  const seed = page.getByRole('spinbutton', { name: 'Seed' });
  await seed.fill('5');
  await seed.press('Enter');
  await expect(page.getByText(/ended with its data/)).toBeVisible();
  const { rows, files } = await metricsOf(page);
  expect(rows.filter(({ part }) => part === 'train')).toHaveLength(2);
  expect(files).toContain('weights.safetensors');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(seed).toHaveValue('0');
  await page.getByRole('button', { name: 'Train anew' }).click();
  await expect(page.getByText(/^[1-9]\d* \/ 400$/)).toBeVisible({ timeout: 60_000 });
  expect(errors).toEqual([]);
});
