/** Editing: shapes follow, what does not fit is explained, undo brings it back, a link carries it. */
import { expect, test } from '@playwright/test';
import { collectErrors, open, smallExperiment } from './page.ts';

test('infers shapes anew after an edit, explains one that does not fit, and undoes both', async ({
  page,
}) => {
  const errors = collectErrors(page);
  await open(page, smallExperiment());
  await page.getByRole('button', { name: 'Conv 5×5, output 32 by 32 by 10, 260 parameters' }).click();
  const kernel = page.getByRole('spinbutton', { name: 'Kernel' });
  await kernel.fill('3');
  await kernel.press('Enter');
  await expect(
    page.getByRole('button', { name: 'Conv 3×3, output 34 by 34 by 10, 100 parameters' }),
  ).toBeVisible();
  await page.getByRole('button', { name: /^Conv 5×5, output 13 by 13 by 20/ }).click();
  await kernel.fill('15');
  await kernel.press('Enter');
  await expect(page.getByRole('button', { name: /^Conv 15×15, output 3 by 3 by 20/ })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Dense 50, output 50, 1,050 parameters/ })).toBeVisible();

  await page.getByRole('button', { name: /^Max pool 2, output 17 by 17/ }).click();
  const stride = page.getByRole('spinbutton', { name: 'Stride' });
  await stride.fill('4');
  await stride.press('Enter');
  await expect(page.getByText(/kernel 15 does not fit its 9×9 input/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeDisabled();
  for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(
    page.getByRole('button', { name: 'Conv 5×5, output 32 by 32 by 10, 260 parameters' }),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
  expect(errors).toEqual([]);
});

test('opens the experiment of a link, and says what is wrong with a damaged one', async ({ page }) => {
  await open(page, { ...smallExperiment(), name: 'From a link', seed: 7 });
  await expect(page.getByRole('textbox', { name: 'Name of the experiment' })).toHaveValue('From a link');
  await expect(page.getByRole('spinbutton', { name: 'Seed' })).toHaveValue('7');
  await page.evaluate(() => {
    location.hash = '#e=AAAA';
  });
  await expect(page.getByText(/copy the whole link again/)).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Name of the experiment' })).toHaveValue('From a link');
});

test('refuses an invalid number, says why, and keeps the last valid experiment', async ({ page }) => {
  await open(page, smallExperiment());
  const batch = page.getByRole('spinbutton', { name: 'Batch size' });
  await batch.fill('0');
  await batch.press('Enter');
  const reason = page.getByText(/at least 1/).first();
  await expect(reason).toBeVisible();
  await batch.fill('32');
  await batch.press('Enter');
  await expect(reason).toBeHidden();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(batch).toHaveValue('64');
});

for (const [preset, label] of [
  ['VGG-small', /^Conv 3×3, output 36 by 36 by 32/],
  ['ResNet-9', /^Residual block, output 18 by 18 by 64/],
  ['MultiTaskNet', /^Dense 768, output 768/],
  ['MobileNet-small', /^Conv-BN 1×1|^Conv-BN 3×3/],
] as const) {
  test(`offers the preset ${preset}`, async ({ page }) => {
    const errors = collectErrors(page);
    await open(page, smallExperiment());
    await page.getByRole('button', { name: /^Preset/ }).click();
    await page.getByRole('menuitem', { name: new RegExp(`^${preset}`) }).click();
    await expect(page.getByRole('button', { name: label }).first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
    expect(errors).toEqual([]);
  });
}
