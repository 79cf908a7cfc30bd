/** What a run would take, before and while it trains; and the window that looks for a learning rate. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { collectErrors, open, smallExperiment, trainToEnd } from './page.ts';

const small = () => smallExperiment({ batchSize: 16, length: { unit: 'steps', count: 40 } });

test('says before Train what a run would take, and on what that rests', async ({ page }) => {
  const errors = collectErrors(page);
  await open(page, small());
  const forecast = page.getByRole('region', { name: 'What this run would take' });
  await expect(forecast).toContainText('of GPU memory');
  await expect(forecast).toContainText('No step was timed on this adapter yet.');
  await forecast.getByRole('button', { name: 'Measure' }).click();
  await expect(forecast).toContainText('From a few timed steps on this adapter, just now.', {
    timeout: 150_000, // where others use the processor that is the GPU here
  });
  await expect(forecast).toContainText(/^(About|Less than) .*, at [\d.]+ m?s a step\./);
  await expect(page.getByText('Whole run')).toBeVisible();
  // Another network is estimated from this one, and the page says so.
  await page.getByRole('spinbutton', { name: 'Batch size' }).fill('32');
  await page.keyboard.press('Enter');
  await expect(forecast).toContainText('that another network reached here');
  // The next visit still knows.
  await page.reload();
  await expect(page.getByRole('list', { name: 'Sample images' }).getByRole('listitem')).not.toHaveCount(0);
  await expect(forecast).toContainText(/Estimated from|From a few timed steps/);
  await trainToEnd(page);
  await expect(page.getByText('Arithmetic')).toBeVisible();
  await expect(page.getByText('Memory held')).toBeVisible();
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await expect(forecast).toContainText('Measured in a run on this adapter');
  expect(errors).toEqual([]);
});

test('tells the time that is left, and that it may be less', async ({ page }) => {
  const experiment = small();
  const { training } = experiment;
  const length = { unit: 'steps', count: 4000 } as const;
  const earlyStopping = { watch: 'mean', patience: 50, minimumChange: 0 };
  await open(page, { ...experiment, training: { ...training, length, earlyStopping } });
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const progress = page.getByRole('progressbar', { name: 'Progress' });
  await expect(progress).toHaveAttribute('aria-valuetext', /at most .* left/, { timeout: 60_000 });
  for (const width of [1200, 1024, 390]) {
    await page.setViewportSize({ width, height: 800 });
    const beyond = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    await expect.poll(beyond).toBeLessThanOrEqual(0);
    const header = () =>
      page
        .locator('header')
        .first()
        .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    await expect.poll(header).toBeLessThanOrEqual(0);
  }
});

test('finds a learning rate beside a paused run, and undo takes the choice back', async ({ page }) => {
  const errors = collectErrors(page);
  await open(page, small());
  const rate = page.getByRole('spinbutton', { name: 'Learning rate' });
  await expect(rate).toHaveValue('2e-3');
  await page.getByRole('button', { name: 'Step', exact: true }).click();
  const progress = page.getByRole('progressbar', { name: 'Progress' });
  await expect(progress).toHaveAttribute('aria-valuetext', /^1 \/ 40.*paused/, { timeout: 60_000 });

  await page.getByRole('button', { name: 'Find a learning rate' }).click();
  const window = page.getByRole('dialog', { name: 'Find a learning rate' });
  await window.getByRole('spinbutton', { name: 'From' }).fill('1e-5');
  await window.getByRole('spinbutton', { name: 'Steps' }).fill('60');
  await window.getByRole('button', { name: 'Test', exact: true }).click();
  const choice = window.getByRole('button', { name: /^Use / }).first();
  await expect(choice).toBeVisible({ timeout: 120_000 });
  const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze();
  expect(violations).toEqual([]);
  const chart = window.getByRole('slider', { name: /Loss over the learning rate/ });
  await chart.press('Home');
  await expect(chart).toHaveAttribute('aria-valuetext', /^Rate 1e-5: mean loss 2\./);

  const suggested = (await choice.textContent())?.replace('Use ', '') ?? '';
  expect(Number(suggested)).toBeGreaterThan(1e-5);
  await choice.click();
  await expect(window).toBeHidden();
  await expect(rate).toHaveValue(suggested);
  // The run on the page is where it was.
  await expect(progress).toHaveAttribute('aria-valuetext', /^1 \/ 40.*paused/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(rate).toHaveValue('2e-3');
  expect(errors).toEqual([]);
});
