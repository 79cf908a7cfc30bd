/** Runs outlive the page: reloaded, or its browser killed, a run is in the list and goes on as if nothing had happened. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { chromium, expect, test, type BrowserContext, type Page } from '@playwright/test';
import type { Experiment } from '#experiment/schema.ts';
import { launchOptions } from '../scripts/chromium.mjs';
import { exportedRows, open, smallExperiment, trainToEnd } from './page.ts';

const experiment = (count: number, validateEvery: number): Experiment =>
  smallExperiment({
    length: { unit: 'steps', count },
    validateEvery: { unit: 'steps', count: validateEvery },
  });

/** The step that the page shows; NaN while it shows none. */
async function stepOf(page: Page): Promise<number> {
  const counter = page.getByText(/^\d+ \/ \d+$/).first();
  const text = await counter.textContent({ timeout: 500 }).catch(() => null);
  return Number(text?.split(' ')[0] ?? Number.NaN);
}

const reached = (page: Page, step: number) =>
  expect.poll(() => stepOf(page), { timeout: 120_000 }).toBeGreaterThanOrEqual(step);

/** Presses Resume of the newest run in the list. */
async function resumeNewest(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Runs/ }).click();
  await page
    .getByRole('dialog', { name: 'Runs' })
    .getByRole('button', { name: /^Resume / })
    .first()
    .click();
}

const trained = (page: Page) =>
  expect(page.getByRole('button', { name: 'Train anew' })).toBeVisible({ timeout: 200_000 });

test('a run is there after a reload, and goes on to the end of one that never stopped', async ({ page }) => {
  await open(page, experiment(30, 10));
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await reached(page, 8);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  const step = await stepOf(page);
  const before = await exportedRows(page);
  await page.reload();
  await expect(page.getByText(`${step} / 30`)).toBeHidden();
  await resumeNewest(page);
  await trained(page);
  const resumed = await exportedRows(page);
  expect(resumed.slice(0, step)).toEqual(before.slice(0, step));
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await trainToEnd(page);
  expect(resumed).toEqual(await exportedRows(page));
});

/** Kills every process of the browser at once, as losing power to the program would. */
async function kill(context: BrowserContext): Promise<void> {
  const session = await context.browser()?.newBrowserCDPSession();
  const { processInfo } = (await session?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
  const main = processInfo.find(({ type }) => type === 'browser');
  if (!main) throw new Error('no browser process');
  const closed = new Promise((resolve) => context.once('close', resolve));
  process.kill(main.id, 'SIGKILL');
  await closed;
}

/** Steps of the newest kept run: of its last row, and of its last checkpoint. */
function keptSteps(page: Page): Promise<{ rows: number; checkpoint: number }> {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('trunkline-runs');
        opening.addEventListener('error', () => reject(opening.error ?? new Error('no storage')));
        opening.addEventListener('success', () => {
          const database = opening.result;
          const reading = database.transaction('records').objectStore('records').getAll();
          reading.addEventListener('success', () => {
            database.close();
            const record = reading.result.at(-1);
            resolve({ rows: record?.step ?? 0, checkpoint: record?.checkpoints.at(-1)?.step ?? 0 });
          });
        });
      }),
  );
}

/**
 * Trains until a random moment within the interval of checkpoints after a new one, and tells when each step was first seen.
 * There are no validations meanwhile, at which checkpoints would be taken, too.
 */
async function trainForAWhile(page: Page, from: number): Promise<{ step: number; seenAt: number[] }> {
  const seenAt: number[] = [];
  let step = from;
  let end = Infinity;
  while (performance.now() < end) {
    step = Math.max(step, (await stepOf(page)) || 0);
    seenAt[step] ??= performance.now();
    await page.waitForTimeout(50);
    const { checkpoint } = await keptSteps(page);
    if (end === Infinity && checkpoint > from) end = performance.now() + Math.random() * 5000;
  }
  return { step, seenAt };
}

test('a run goes on after the browser was killed while it trained, and again', async ({ baseURL }) => {
  const profile = mkdtempSync(path.join(tmpdir(), 'trunkline-kill-'));
  const start = async () => {
    const context = await chromium.launchPersistentContext(profile, {
      ...launchOptions(),
      ...(baseURL === undefined ? {} : { baseURL }),
    });
    const page = context.pages()[0] ?? (await context.newPage());
    await open(page, experiment(600, 600));
    return { context, page };
  };
  try {
    let { context, page } = await start();
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await reached(page, 1);
    let from = 0;
    for (let kills = 0; kills < 3; kills++) {
      const { step, seenAt } = await trainForAWhile(page, from);
      const killedAt = performance.now();
      await kill(context);
      ({ context, page } = await start());
      const kept = await keptSteps(page);
      expect(kept.checkpoint).toBeGreaterThan(from);
      from = kept.checkpoint;
      expect(kept.rows).toBeGreaterThanOrEqual(kept.checkpoint);
      const lost = seenAt.find((time, seen) => seen > kept.checkpoint && time !== undefined) ?? killedAt;
      test.info().annotations.push({
        type: 'lost',
        description: `killed at step ${step}, went on from ${kept.checkpoint}: ${((killedAt - lost) / 1000).toFixed(1)} s lost`,
      });
      await page.getByRole('button', { name: /^Runs/ }).click();
      const dialog = page.getByRole('dialog', { name: 'Runs' });
      await expect(dialog.getByRole('row').filter({ hasText: 'Interrupted' })).toHaveCount(1);
      await dialog.getByRole('button', { name: /^Resume / }).click();
      await reached(page, kept.checkpoint + 1);
    }
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
    const steps = (await exportedRows(page))
      .filter((row) => row.startsWith('train'))
      .map((row) => row.split(',')[1]);
    expect(steps).toEqual(steps.map((_, index) => String(index + 1)));
    await context.close();
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
});
