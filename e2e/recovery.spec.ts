/** When things go wrong, for real: worker killed or crashed, graphics process killed, no memory, numbers that break down. */
import process from 'node:process';
import { expect, test, type Browser, type Page } from '@playwright/test';
import type { Experiment } from '#experiment/schema.ts';
import { exportedRows, killWorker, open, smallExperiment, trainingWorker, trainToEnd } from './page.ts';

/** Long enough to be hit in the middle. */
const long = (): Experiment =>
  smallExperiment({ length: { unit: 'steps', count: 120 }, validateEvery: { unit: 'steps', count: 20 } });

/** Waits for a step at least as late, and returns it. */
async function reached(page: Page, step: number, total: number): Promise<number> {
  const counter = page.getByText(new RegExp(`^\\d+ / ${total}$`));
  const now = async () =>
    Number((await counter.textContent({ timeout: 500 }).catch(() => ''))?.split(' ')[0]);
  await expect.poll(now, { timeout: 120_000 }).toBeGreaterThanOrEqual(step);
  return now();
}

async function killGraphicsProcess(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const gpu = processInfo.find(({ type }) => type === 'GPU');
  if (!gpu) throw new Error('no graphics process');
  process.kill(gpu.id, 'SIGKILL');
}

/** Training is over, and the curves are those of a run that nothing happened to. */
async function endsAsUndisturbed(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'Train anew' })).toBeVisible({ timeout: 200_000 });
  const disturbed = await exportedRows(page);
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await trainToEnd(page);
  expect(disturbed).toEqual(await exportedRows(page));
}

test('goes on by itself when the worker is killed, and ends as if nothing had happened', async ({ page }) => {
  await open(page, long());
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await reached(page, 30, 120);
  await killWorker(page);
  const note = page.getByRole('status').filter({ hasText: 'Recovering' });
  await expect(note).toContainText(/worker was killed.*goes on by itself from step \d+; the curves are kept/);
  await endsAsUndisturbed(page);
});

test('goes on by itself when the graphics process is killed, and ends as if nothing had happened', async ({
  page,
  browser,
}) => {
  await open(page, long());
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await reached(page, 30, 120);
  await killGraphicsProcess(browser);
  const note = page.getByRole('status').filter({ hasText: 'Recovering' });
  await expect(note).toContainText(/graphics device was lost/);
  await endsAsUndisturbed(page);
});

test('is ready to train again when the graphics process is killed before anything was trained', async ({
  page,
  browser,
}) => {
  await open(page, smallExperiment({ length: { unit: 'steps', count: 3 } }));
  await killGraphicsProcess(browser);
  await expect(page.getByText('Recovering').first()).toBeVisible();
  await expect(page.getByText('Recovering').first()).toBeHidden({ timeout: 60_000 });
  await trainToEnd(page);
  await expect(page.getByText('3 / 3')).toBeVisible();
});

test('recovers a paused run, too, and stops after a few losses, to go on at a click', async ({ page }) => {
  await open(page, long());
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await reached(page, 21, 120);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  const step = await reached(page, 21, 120);
  const before = await exportedRows(page);
  for (let loss = 0; loss < 3; loss++) {
    // An error that nobody catches, this time.
    await trainingWorker(page)
      .evaluate(
        () =>
          void setTimeout(() => {
            throw new Error('broken');
          }),
      )
      .catch(() => {});
    await killWorker(page);
    await expect(page.getByText('Recovering').first()).toBeVisible();
    await expect(page.getByText(`${step} / 120`)).toBeVisible({ timeout: 60_000 });
    expect(await exportedRows(page)).toEqual(before);
  }
  await killWorker(page);
  const alert = page.getByRole('alert').filter({ hasText: 'The run has stopped' });
  await expect(alert).toContainText(`the weights of step ${step} are kept`);
  expect(await exportedRows(page)).toEqual(before);
  await alert.getByRole('button', { name: `Resume from step ${step}` }).click();
  await reached(page, step + 5, 120);
  await expect(alert).toBeHidden();
});

test('pauses where the numbers break down, says why, and goes on with a lower learning rate', async ({
  page,
}) => {
  await open(
    page,
    smallExperiment({
      optimiser: { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 1 },
      learningRate: 100,
    }),
  );
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'Training broke down' });
  await expect(alert).toContainText(/At step \d+ .* became .*likely cause is the learning rate/, {
    timeout: 60_000,
  });
  await expect(alert).toContainText('paused at step 0');
  await expect(page.getByText('0 / 60')).toBeVisible();
  const rate = page.getByRole('spinbutton', { name: 'Learning rate' });
  await rate.fill('0.01');
  await rate.press('Enter');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(alert).toBeHidden();
  await expect(page.getByRole('button', { name: 'Train anew' })).toBeVisible({ timeout: 200_000 });
  await expect(page.getByText('60 / 60')).toBeVisible();
  expect((await exportedRows(page)).filter((row) => row.startsWith('train'))).toHaveLength(60);
});

test('goes on with a changed network, says what it keeps, and survives one that memory cannot hold', async ({
  page,
}) => {
  const experiment = smallExperiment({ length: { unit: 'steps', count: 400 } });
  const trunk = experiment.trunk
    .slice(0, 2)
    .map((layer) => (layer.kind === 'max-pool' ? { ...layer, kernel: 8, stride: 8 } : layer));
  await open(page, { ...experiment, trunk });
  for (const steps of ['1 / 400', '2 / 400']) {
    await page.getByRole('button', { name: 'Step', exact: true }).click();
    await expect(page.getByText(steps)).toBeVisible({ timeout: 60_000 });
  }
  await page.getByRole('button', { name: /^Conv 5×5/ }).click();
  const filters = page.getByRole('spinbutton', { name: 'Filters' });
  const setFilters = async (count: number) => {
    await filters.fill(String(count));
    await filters.press('Enter');
  };
  await setFilters(12);
  const outdated = page.getByRole('status').filter({ hasText: 'before your edit' });
  await expect(outdated).toContainText(
    /\d+ of \d+ tensors keep their weights if the run continues; \d+ start anew/,
  );
  await outdated.getByRole('button', { name: 'Continue with the changes' }).click();
  await reached(page, 4, 400);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  const step = await reached(page, 4, 400);

  // 64 images of 32×32 with 4096 filters are 1 GiB: within the adapter's limits, yet more than SwiftShader gives.
  await setFilters(4096);
  await outdated.getByRole('button', { name: 'Continue with the changes' }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'The run has stopped' });
  await expect(alert).toContainText(
    /memory ran out: training takes about \d.*Use a smaller batch \(32 would take/,
    { timeout: 60_000 },
  );
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByRole('button', { name: 'Continue with the changes' }).click();
  await reached(page, step + 2, 400);
  await expect(alert).toBeHidden();
});
