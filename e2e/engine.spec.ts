/** Engine details: how the step runs, from the run's figures and from the adapter; and forgetting what was measured. */
import { expect, test } from '@playwright/test';
import { collectErrors, open, smallExperiment } from './page.ts';

test('shows a run replayed, kernel by kernel, and forgets what was measured', async ({ page }) => {
  const errors = collectErrors(page);
  await open(page, smallExperiment());
  await page.getByRole('button', { name: 'Engine details' }).click();
  const dialog = page.getByRole('dialog', { name: 'Engine details' });
  await expect(dialog).toContainText('Press Train');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Train', exact: true }).click();

  await page.getByRole('button', { name: /^Adapter: WebGPU/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Engine details' }).click();
  await expect(dialog).toContainText('replayed', { timeout: 120_000 });
  await expect(dialog).toContainText('Uploaded per step0 B');
  const kernel = dialog.getByRole('row', { name: /convolution 5×5, 1 → 10 channels/ });
  await expect(kernel).toContainText('correlate');
  // Measured by timestamps, as soon as somebody looks.
  await expect(kernel.getByRole('cell').first()).toHaveText(/^[\d.,]+$/, { timeout: 60_000 });
  await expect(kernel.getByRole('cell').last()).toHaveText(/%$/);

  await dialog.getByRole('button', { name: 'Forget what was measured' }).click();
  await expect(page.getByText('Measurements forgotten')).toBeVisible();
  expect(errors).toEqual([]);
});
