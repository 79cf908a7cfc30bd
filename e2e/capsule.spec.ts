/** A run goes to another machine as a capsule: opened in a fresh profile, checked, and trained on to the same end. */
import { readFile } from 'node:fs/promises';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { openCapsule } from '#exporters/capsule-reader.ts';
import { writeCapsule } from '#exporters/capsule.ts';
import { collectErrors, drop, exported, exportedRows, open, smallExperiment } from './page.ts';

const experiment = smallExperiment({
  length: { unit: 'steps', count: 24 },
  validateEvery: { unit: 'steps', count: 8 },
});

const trained = (page: Page) =>
  expect(page.getByRole('button', { name: 'Train anew' })).toBeVisible({ timeout: 200_000 });

/** Weights after the last step, as the page exports them. */
async function lastWeights(page: Page): Promise<Buffer> {
  return readFile((await exported(page, /^Last weights/)).path);
}

/** A page of a profile that has seen nothing yet, on other data. */
async function freshProfile(browser: Browser, baseURL: string | undefined) {
  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const page = await context.newPage();
  const errors = collectErrors(page);
  await open(page, { ...experiment, name: 'Other', seed: 3 });
  return { context, page, errors };
}

/** The row of the run that was dropped, unfolded, in the window of runs. */
const details = (page: Page) =>
  page.getByRole('dialog', { name: 'Runs' }).getByRole('region', { name: /^About / });

/** A capsule in which one weight is another, wherever it is kept. */
async function tampered(file: Buffer): Promise<Buffer> {
  const { about, checkpoint, ...rest } = await openCapsule(new Blob([new Uint8Array(file)]), 'capsule');
  const written = await writeCapsule({
    ...rest,
    about,
    checkpoint: async (step) => {
      const read = await checkpoint(step);
      for (const { tensors } of [read, ...read.best]) {
        const values = tensors.find(({ name }) => name === 'trunk.0.bias')?.values;
        if (values) values[0] = (values[0] ?? 0) + 0.5;
      }
      return read;
    },
  });
  return Buffer.from(await written.arrayBuffer());
}

test('a capsule opens in a fresh profile, is checked, and goes on to the same end', async ({
  page,
  browser,
  baseURL,
}) => {
  test.slow(); // three runs on a software GPU
  await open(page, experiment);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page.getByText(/^(9|1\d) \/ 24$/).first()).toBeVisible({ timeout: 120_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  const { path, name } = await exported(page, /^Capsule of the run/);
  expect(name).toMatch(/^small.*\.trunkline-run\.zip$/);
  const capsule = await readFile(path);
  await page.getByRole('button', { name: 'Resume' }).click();
  await trained(page);
  const [rows, weights] = [await exportedRows(page), await lastWeights(page)];

  const other = await freshProfile(browser, baseURL);
  await drop(other.page, capsule, name);
  await expect(details(other.page)).toBeVisible();
  await expect(other.page.getByText(/^From another machine \(.+\), exported /)).toBeVisible();
  await details(other.page).getByRole('button', { name: 'Open and check' }).click();
  await expect(details(other.page).getByRole('status')).toContainText(
    /^Identical\. The weights of step \d+ were asked about 128 \w+ samples again\. Every number is the one that was kept\. Data set and split are those/,
    { timeout: 120_000 },
  );
  await other.page.keyboard.press('Escape');
  await other.page.getByRole('button', { name: 'Resume', exact: true }).click();
  await trained(other.page);
  expect(await exportedRows(other.page)).toEqual(rows);
  expect((await lastWeights(other.page)).equals(weights)).toBe(true);
  expect(other.errors).toEqual([]);

  await drop(other.page, await tampered(capsule), 'tampered.zip');
  await expect(other.page.getByText('It was here already: this is a copy.', { exact: false })).toBeVisible();
  await details(other.page).getByRole('button', { name: 'Check', exact: true }).click();
  await expect(details(other.page).getByRole('status')).toContainText(
    /^Differs\. .* largest difference is \d/,
    {
      timeout: 120_000,
    },
  );
  await other.context.close();
});

test('a capsule that was cut off is refused, and nothing of it stays', async ({ page }) => {
  await open(page, experiment);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await trained(page);
  const { path } = await exported(page, /^Capsule of the run/);
  const capsule = await readFile(path);
  const damaged = Buffer.from(capsule);
  damaged.writeUInt8(damaged.readUInt8(capsule.length >> 1) ^ 1, capsule.length >> 1);
  await drop(page, damaged, 'damaged.trunkline-run.zip');
  await expect(
    page.getByText(/^damaged\.trunkline-run\.zip: archive: .+ must have the checksum/),
  ).toBeVisible();
  await drop(page, capsule.subarray(0, capsule.length - 500), 'short.trunkline-run.zip');
  await expect(
    page.getByText(/^short\.trunkline-run\.zip: archive: must end in the directory/),
  ).toBeVisible();
  await page.getByRole('button', { name: /^Runs/ }).click();
  await expect(page.getByRole('dialog', { name: 'Runs' }).getByText('1 run', { exact: true })).toBeVisible();
});
