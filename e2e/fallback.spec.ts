/** Without WebGPU the page trains on the next best, and says which and why. */
import { expect, test } from '@playwright/test';
import { launchOptions } from '../scripts/chromium.mjs';
import { collectErrors, open, smallExperiment } from './page.ts';

const usual = launchOptions();
const args = usual.args.filter((arg) => !/webgpu|vulkan/i.test(arg));
test.use({ launchOptions: { ...usual, args: [...args, '--disable-features=WebGPUService'] } });

test('trains a step on WebGL, and says why not on WebGPU', async ({ page }) => {
  const errors = collectErrors(page);
  await open(page, smallExperiment({ batchSize: 4 }));
  const chip = page.getByRole('button', { name: /^Adapter: (WebGL|CPU)/ });
  await expect(chip).toBeVisible();
  await chip.click();
  await expect(page.getByText(/Training falls back to/)).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Step', exact: true }).click();
  await expect(page.getByText('1 / 60')).toBeVisible({ timeout: 120_000 });
  expect(errors).toEqual([]);
});
