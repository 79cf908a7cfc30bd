/** What the end-to-end tests share: opening the page on an experiment, training, reading what it shows. */
import { readFile } from 'node:fs/promises';
import { expect, type Page, type Worker } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { toHash } from '#experiment/link.ts';
import type { Experiment } from '#experiment/schema.ts';

/** The page's own first experiment, made small enough for a GPU that is a processor. */
export function smallExperiment(change: Partial<Experiment['training']> = {}): Experiment {
  const data = {
    source: 'multi-fashion',
    settings: { trainCount: 2000, validationCount: 128, testCount: 128 },
  };
  const experiment = experimentFor(infoFor(data), data);
  const training = {
    ...experiment.training,
    batchSize: 64,
    learningRate: 2e-3,
    length: { unit: 'steps', count: 60 } as const,
    validateEvery: { unit: 'steps', count: 30 } as const,
    ...change,
  };
  return { ...experiment, name: 'Small', training };
}

/** Opens the page, with an experiment in its link if given, and waits for its data. */
export async function open(page: Page, experiment?: Experiment): Promise<void> {
  await page.goto(`./${experiment ? await toHash(experiment) : ''}`);
  await expect(page.getByRole('list', { name: 'Sample images' }).getByRole('listitem')).not.toHaveCount(0);
}

/** Everything that the page says on the console as an error, and every uncaught one; filled as it happens. */
export function collectErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  return errors;
}

/** Trains to the end. */
export async function trainToEnd(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Train anew' })).toBeVisible({ timeout: 200_000 });
}

/** Saves what an item of the Export menu gives. */
export async function exported(page: Page, item: RegExp): Promise<{ path: string; name: string }> {
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: item }).click(),
  ]);
  return { path: await download.path(), name: download.suggestedFilename() };
}

/** The rows of the exported metrics, without the time. */
export async function exportedRows(page: Page): Promise<string[]> {
  const { path } = await exported(page, /^Everything/);
  const [head = '', ...lines] = strFromU8(unzipSync(await readFile(path))['metrics.csv'] ?? new Uint8Array())
    .trim()
    .split('\n');
  const names = head.split(',');
  return lines.map((line) =>
    line
      .split(',')
      .filter((_, index) => names[index] !== 'seconds')
      .join(),
  );
}

/** Drops a file on the page, as a person does. */
export async function drop(page: Page, bytes: Buffer, name: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([base64, fileName]) => {
      const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([content], fileName));
      return data;
    },
    [bytes.toString('base64'), name] as const,
  );
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** The worker that trains; others write checkpoints, draw curves and pack files. */
export function trainingWorker(page: Page): Worker {
  const worker = page.workers().find((each) => /\/entry-[\w-]{8}\.js/.test(each.url()));
  if (!worker) throw new Error('no worker trains');
  return worker;
}

/** The worker that trains closes itself: no event tells the page. */
export async function killWorker(page: Page): Promise<void> {
  await trainingWorker(page)
    .evaluate(() => self.close())
    .catch(() => {});
}
