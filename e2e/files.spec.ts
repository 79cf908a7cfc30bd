/** Taking weights away and bringing them back: the same experiment, the same predictions. */
import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { collectErrors, drop, exported, open, smallExperiment, trainToEnd } from './page.ts';

const picture = new URL('./fixtures/ankle-boot.png', import.meta.url);

/** What the network says of the picture: every task's readings as shown, class and probability. */
async function opinions(page: Page): Promise<string[]> {
  await page.getByRole('tab', { name: 'Try it' }).click();
  const panel = page.getByRole('tabpanel', { name: 'Try it' });
  await panel.locator('input[type=file]').setInputFiles({
    name: 'ankle-boot.png',
    mimeType: 'image/png',
    buffer: await readFile(picture),
  });
  const regions = panel.getByRole('region');
  await expect(regions).toHaveCount(2);
  await expect(regions.first()).toContainText('%', { timeout: 60_000 });
  await expect(panel.locator('[aria-busy=true]')).toHaveCount(0);
  return regions.allInnerTexts();
}

test('weights exported, dropped on a fresh page: experiment and predictions are back', async ({
  page,
  context,
}) => {
  const errors = collectErrors(page);
  await open(page, { ...smallExperiment({ length: { unit: 'steps', count: 30 } }), name: 'Taken away' });
  await trainToEnd(page);
  const before = await opinions(page);
  const { path, name } = await exported(page, /^Best weights/);
  expect(name).toBe('weights.safetensors');

  const other = await context.newPage();
  errors.push(...collectErrors(other));
  await open(other);
  await drop(other, await readFile(path), name);
  await expect(other.getByRole('textbox', { name: 'Name of the experiment' })).toHaveValue('Taken away');
  expect(await opinions(other)).toEqual(before);
  expect(errors).toEqual([]);
});

test('an experiment file opens where it is dropped', async ({ page }) => {
  await open(page, smallExperiment());
  const document = JSON.stringify({ ...smallExperiment(), name: 'Dropped', seed: 11 });
  await drop(page, Buffer.from(document), 'dropped.trunkline.json');
  await expect(page.getByRole('textbox', { name: 'Name of the experiment' })).toHaveValue('Dropped');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('textbox', { name: 'Name of the experiment' })).toHaveValue('Small');
});

for (const [what, name, content, message] of [
  ['a text', 'notes.txt', 'hello', /notes\.txt/],
  ['a broken experiment', 'broken.trunkline.json', '{"version": 1', /broken\.trunkline\.json/],
  ['a truncated weights file', 'cut.safetensors', 'abc', /cut\.safetensors/],
] as const) {
  test(`${what} is refused with a reason, and nothing is lost`, async ({ page }) => {
    await open(page, { ...smallExperiment(), name: 'Kept' });
    await drop(page, Buffer.from(content), name);
    await expect(page.getByText(message).first()).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Name of the experiment' })).toHaveValue('Kept');
  });
}
