/** The storage that runs are kept in, seen by two pages at once, and where it is full. */
import { expect, test, type Page } from '@playwright/test';
import { layerSchema } from '#experiment/layers/index.ts';
import { open, smallExperiment, trainToEnd } from './page.ts';
import { digestOfRun, keptRuns } from './storage.ts';

const runs = (page: Page) => page.getByRole('dialog', { name: 'Runs' });
const openRuns = (page: Page) => page.getByRole('button', { name: /^Runs/ }).click();

const long = smallExperiment({
  batchSize: 16,
  length: { unit: 'steps', count: 900 },
  validateEvery: { unit: 'steps', count: 900 },
});

test('another page sees what this one trains, and may not touch it until it is let go of', async ({
  page,
  context,
}) => {
  const other = await context.newPage();
  await open(other, smallExperiment());
  await openRuns(other);
  await expect(runs(other).getByText('No run is kept yet.')).toBeVisible();
  await open(page, long);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const row = runs(other).getByRole('row').filter({ hasText: 'Trains on another page' });
  await expect(row).toBeVisible();
  await expect(row.getByRole('button', { name: /^(Open|Resume) / })).toHaveCount(0);
  await row.getByRole('button', { name: /^More of/ }).click();
  await expect(runs(other).getByRole('button', { name: 'Delete' })).toBeDisabled();
  // It grows here as it is trained there.
  const steps = async () => Number.parseInt((await row.getByText(/\d+ \/ 900/).textContent()) ?? '', 10);
  const before = await steps();
  await expect.poll(steps).toBeGreaterThan(before);
  await page.close();
  await expect(
    runs(other)
      .getByRole('row')
      .filter({ hasText: /interrupted/i }),
  ).toHaveCount(1);
  await expect(runs(other).getByRole('button', { name: 'Delete' })).toBeEnabled();
  await runs(other)
    .getByRole('button', { name: /^Resume / })
    .click();
  await expect(other.getByRole('button', { name: 'Pause' })).toBeVisible({ timeout: 60_000 });
});

test('where the storage is full, nothing is lost, training goes on, and so does keeping once there is room', async ({
  page: one,
  context,
}) => {
  let page = one;
  /** A page opened anew: another link alone would not load it again. */
  const openAnew = async (experiment: typeof long) => {
    await page.close();
    page = await context.newPage();
    await open(page, experiment);
  };
  const large = smallExperiment({ length: { unit: 'steps', count: 2 }, batchSize: 8 });
  const trunk = [layerSchema.parse({ kind: 'flatten' }), layerSchema.parse({ kind: 'dense', units: 1500 })];
  await openAnew({ ...large, trunk, name: 'Large' });
  await trainToEnd(page);
  await expect.poll(async () => (await keptRuns(page))[0]?.checkpoints.at(-1)?.step).toBe(2);
  await openAnew(smallExperiment({ batchSize: 16, length: { unit: 'steps', count: 3 } }));
  await trainToEnd(page);
  // All of both is written, the fingerprint of the data last.
  const whole = { status: 'finished', fingerprint: expect.any(String) };
  await expect.poll(() => keptRuns(page)).toMatchObject([whole, whole]);
  await expect.poll(async () => (await keptRuns(page))[0]?.checkpoints.at(-1)?.step).toBe(3);
  const [small, first] = await keptRuns(page);
  if (!small || !first) throw new Error('not kept');
  const wholes = [await digestOfRun(page, small.id), await digestOfRun(page, first.id)];

  await openAnew(long);
  const session = await context.newCDPSession(page);
  const usage = (await page.evaluate(() => navigator.storage.estimate())).usage ?? 0;
  const { origin } = new URL(page.url());
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage });
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page.getByText('The storage of this browser is full', { exact: false }).first()).toBeVisible();
  const stepOf = async () =>
    Number.parseInt(
      (await page
        .getByText(/^\d+ \/ 900$/)
        .first()
        .textContent()) ?? '',
      10,
    );
  const step = await stepOf();
  await expect.poll(stepOf).toBeGreaterThan(step + 5);
  expect([await digestOfRun(page, small.id), await digestOfRun(page, first.id)]).toEqual(wholes);

  await openRuns(page);
  await expect(runs(page).getByRole('alert')).toContainText('The storage is full');
  await runs(page)
    .getByRole('row')
    .last()
    .getByRole('button', { name: /^More of/ })
    .click();
  await runs(page).getByRole('button', { name: 'Delete' }).click();
  await expect(runs(page).getByText(/is deleted for good/)).toBeVisible();
  await expect(runs(page).getByRole('alert')).toHaveCount(0, { timeout: 60_000 });
  await page.keyboard.press('Escape');
  await expect(page.getByText('There is room in the storage again', { exact: false }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  const paused = await stepOf();
  await expect
    .poll(async () => (await keptRuns(page))[0])
    .toMatchObject({ status: 'paused', rows: paused, step: paused });
  await expect.poll(async () => (await keptRuns(page))[0]?.checkpoints.at(-1)?.step).toBe(paused);
  expect(await digestOfRun(page, small.id)).toBe(wholes[0]);
});
