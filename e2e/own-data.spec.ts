/** Own pictures on the page: real folders dropped by the browser, what the sheet makes of them, training, and coming back. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { sets } from '#cli/own-sets/testing.ts';
import { parseExperimentText } from '#experiment/parse.ts';
import { dropPaths } from './drop.ts';
import { collectErrors, exported, exportedRows, open, smallExperiment, trainToEnd } from './page.ts';

let root = '';
test.beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'trunkline-drop-'));
});
test.afterAll(() => rmSync(root, { recursive: true, force: true }));

const sheet = (page: Page) => page.getByRole('dialog', { name: 'Bring images in' });
const importButton = (page: Page) => sheet(page).getByRole('button', { name: /^Import [\d,]+ image/ });

test('folders of every layout are understood where they are dropped', async ({ page }) => {
  const errors = collectErrors(page);
  await open(page, smallExperiment());
  for (const [i, [kind, make]] of Object.entries(sets).entries()) {
    const folder = path.join(root, `set-${i}`);
    const { samples } = await make(folder);
    await dropPaths(page, [folder]);
    await expect(importButton(page), kind).toBeVisible();
    if (samples >= 0) await expect(importButton(page), kind).toHaveText(`Import ${samples} images`);
    await sheet(page).getByRole('button', { name: 'Cancel', exact: true }).click();
    await expect(importButton(page), kind).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(sheet(page), kind).toHaveCount(0);
  }
  expect(errors).toEqual([]);
});

test('a dropped folder is imported, trained, found again by another page, and trained to the same numbers', async ({
  page,
  context,
}) => {
  const errors = collectErrors(page);
  const folder = path.join(root, 'marks');
  await sets['metadata.jsonl']!(folder);
  await open(page, smallExperiment({ length: { unit: 'steps', count: 30 } }));
  await dropPaths(page, [folder]);
  await expect(importButton(page)).toHaveText('Import 24 images');
  await importButton(page).click();
  const data = page.getByRole('region', { name: 'Data' });
  await expect(data.getByText('24 images · 28×28 grey')).toBeVisible();
  await trainToEnd(page);
  await expect(page.getByText('30 / 30')).toBeVisible();
  const first = await exportedRows(page);
  const { path: file } = await exported(page, /^Everything/);
  const text = strFromU8(unzipSync(readFileSync(file))['experiment.trunkline.json'] ?? new Uint8Array());
  const experiment = parseExperimentText(text);
  expect(experiment.data.source).toMatch(/^own-[0-9a-f]{12}$/);
  await page.close();

  const later = await context.newPage();
  errors.push(...collectErrors(later));
  await open(later, experiment);
  const requests: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  await expect(later.getByRole('region', { name: 'Data' }).getByText('24 images · 28×28 grey')).toBeVisible();
  await trainToEnd(later);
  expect(await exportedRows(later)).toEqual(first);
  const { origin } = new URL(later.url());
  expect(requests.filter((url) => !url.startsWith(origin) && !url.startsWith(`blob:${origin}`))).toEqual([]);
  expect(errors).toEqual([]);
});
