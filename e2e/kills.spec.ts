/**
 * Kills, for real, at random moments of a run: the tab, its worker, the graphics process, the whole browser. After each, the
 * runs that were finished are what they were, byte for byte, the one that trained goes on from at most ten seconds before,
 * and it ends where one ends that nothing happened to. `npm run bench -- kills` makes fifty, and some of a large network.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { chromium, expect, test, type BrowserContext, type Page } from '@playwright/test';
import { layerSchema } from '#experiment/layers/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { hash, toUniform } from '#lib/random.ts';
import { launchOptions } from '../scripts/chromium.mjs';
import { exportedRows, killWorker, open, smallExperiment, trainToEnd } from './page.ts';
import { digestOfRun, keptRuns } from './storage.ts';

const count = Number(process.env['TRUNKLINE_KILLS'] ?? 6);
const large = Number(process.env['TRUNKLINE_LARGE_KILLS'] ?? 0);
/** Longest wait before a kill in milliseconds: twice the time between two checkpoints. */
const longest = 8000;
const seed = 11;

const kinds = ['tab crashed', 'tab closed', 'worker', 'graphics process', 'browser'] as const;
type Kind = (typeof kinds)[number];

interface Loss {
  readonly kind: Kind;
  readonly step: number;
  readonly from: number;
  /** Of wall time: since the first step was seen that is not kept. */
  readonly seconds: number;
}

/** The step that the page shows; NaN while it shows none. */
async function stepOf(page: Page): Promise<number> {
  const counter = page.getByText(/^[\d,]+ \/ [\d,]+$/).first();
  const text = await counter.textContent({ timeout: 500 }).catch(() => null);
  return Number(text?.split(' ')[0]?.replaceAll(',', '') ?? Number.NaN);
}

const reached = (page: Page, step: number) =>
  expect.poll(() => stepOf(page), { timeout: 120_000, intervals: [50] }).toBeGreaterThanOrEqual(step);

/** A page over one profile, which outlives the browser. */
class Session {
  readonly #profile = mkdtempSync(path.join(tmpdir(), 'trunkline-kills-'));
  readonly #baseURL: string;
  readonly #experiment: Experiment;
  #context: BrowserContext | undefined;
  page!: Page;

  constructor(baseURL: string, experiment: Experiment) {
    this.#baseURL = baseURL;
    this.#experiment = experiment;
  }

  async start(experiment = this.#experiment): Promise<void> {
    this.#context ??= await chromium.launchPersistentContext(this.#profile, {
      ...launchOptions(),
      baseURL: this.#baseURL,
      viewport: { width: 1440, height: 900 },
    });
    await this.page?.close();
    this.page = await this.#context.newPage();
    await open(this.page, experiment);
  }

  /** Returns whether the page outlives it. */
  async kill(kind: Kind): Promise<boolean> {
    if (kind === 'tab closed') await this.page.close();
    else if (kind === 'tab crashed') await this.#crash();
    else if (kind === 'worker') await killWorker(this.page);
    else await this.#killProcess(kind === 'browser' ? 'browser' : 'GPU');
    return kind === 'worker' || kind === 'graphics process';
  }

  async #crash(): Promise<void> {
    const session = await this.#context?.newCDPSession(this.page);
    const crashed = this.page.waitForEvent('crash');
    void session?.send('Page.crash').catch(() => {});
    await crashed;
    await this.page.close();
  }

  async #killProcess(type: string): Promise<void> {
    const session = await this.#context?.browser()?.newBrowserCDPSession();
    const { processInfo } = (await session?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
    const found = processInfo.find((each) => each.type === type);
    if (!found) throw new Error(`no process ${type}`);
    const closed = new Promise((resolve) => this.#context?.once('close', resolve));
    process.kill(found.id, 'SIGKILL');
    if (type !== 'browser') return;
    await closed;
    this.#context = undefined;
  }

  async end(): Promise<void> {
    await this.#context?.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}

/** Watches the run until a moment within some seconds, or a step. Returns when each step was first seen. */
async function watch(page: Page, milliseconds: number, most: number): Promise<number[]> {
  const seenAt: number[] = [];
  const end = performance.now() + milliseconds;
  for (let step = 0; performance.now() < end && step < most;) {
    step = (await stepOf(page)) || step;
    seenAt[step] ??= performance.now();
    await page.waitForTimeout(30);
  }
  return seenAt;
}

/** Presses Resume of the newest run in the list. */
async function resumeNewest(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Runs/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Runs' });
  await expect(dialog.getByRole('row').filter({ hasText: 'Interrupted' })).toHaveCount(1);
  await dialog
    .getByRole('button', { name: /^Resume / })
    .first()
    .click();
}

/** The step that a run on the page goes on from, once it does. */
async function goesOnFrom(page: Page): Promise<number> {
  const note = page.getByRole('status').filter({ hasText: 'Recovering' });
  const text = await note.getByText(/goes on by itself from step/).textContent({ timeout: 60_000 });
  await expect(note).toBeHidden({ timeout: 60_000 });
  return Number(/from step ([\d,]+)/.exec(text ?? '')?.[1]?.replaceAll(',', '') ?? Number.NaN);
}

/** Kills so many times, and goes on after each. */
async function disturb(
  session: Session,
  kills: number,
  totalSteps: number,
  onlyBrowser = false,
): Promise<void> {
  const losses: Loss[] = [];
  const finished = (await keptRuns(session.page)).filter(({ status }) => status === 'finished');
  expect(finished).toHaveLength(onlyBrowser ? 0 : 1);
  const wholes = await Promise.all(finished.map(({ id }) => digestOfRun(session.page, id)));
  let from = 0;
  await session.page.getByRole('button', { name: 'Train', exact: true }).click();
  for (let i = 0; i < kills; i++) {
    await reached(session.page, from + 1);
    const most = from + Math.max(2, (1.5 * (totalSteps - from)) / (kills - i + 1));
    const seenAt = await watch(session.page, toUniform(hash(seed, i)) * longest, most);
    const kind = onlyBrowser
      ? 'browser'
      : (kinds[(i + Math.floor(i / kinds.length)) % kinds.length] ?? 'browser');
    const killedAt = performance.now();
    if (await session.kill(kind)) from = await goesOnFrom(session.page);
    else {
      await session.start();
      from = (await keptRuns(session.page))[0]?.checkpoints.at(-1)?.step ?? Number.NaN;
      await resumeNewest(session.page);
    }
    const lost = seenAt.find((time, step) => step > from && time !== undefined) ?? killedAt;
    losses.push({ kind, step: seenAt.length - 1, from, seconds: (killedAt - lost) / 1000 });
    for (const [index, { id }] of finished.entries())
      expect(await digestOfRun(session.page, id)).toBe(wholes[index]);
    expect(losses.at(-1)?.seconds).toBeLessThanOrEqual(10);
    tell(onlyBrowser ? 'kills of a large network' : 'kills', losses);
  }
}

/** Says what was lost, by kind; and writes it where `TRUNKLINE_KILLS_JSON` says. */
function tell(title: string, losses: readonly Loss[]): void {
  const lines = kinds.flatMap((kind) => {
    const seconds = losses.filter((each) => each.kind === kind).map((each) => each.seconds);
    if (seconds.length === 0) return [];
    const middle = seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? Number.NaN;
    return `${kind}: ${seconds.length} kills, median ${middle.toFixed(1)} s, worst ${Math.max(...seconds).toFixed(1)} s lost`;
  });
  const { annotations } = test.info();
  annotations.splice(0, annotations.length, ...lines.map((description) => ({ type: title, description })));
  const file = process.env['TRUNKLINE_KILLS_JSON'];
  if (file)
    writeFileSync(`${file}-${title.replaceAll(' ', '-')}.json`, JSON.stringify({ lines, losses }, null, 2));
}

const quick = (steps: number): Experiment =>
  smallExperiment({
    batchSize: 16,
    length: { unit: 'steps', count: steps },
    validateEvery: { unit: 'steps', count: Math.max(20, Math.round(steps / 12)) },
  });

test('killed in every way while it trains, a run loses little, ends the same, and leaves others whole', async ({
  baseURL,
}) => {
  test.setTimeout(240_000 + count * 60_000);
  const steps = 60 + 8 * count;
  const session = new Session(baseURL ?? '', quick(steps));
  try {
    await session.start({ ...quick(20), name: 'Finished before' });
    await trainToEnd(session.page);
    const isWhole = async () => {
      const [run] = await keptRuns(session.page);
      return run?.status === 'finished' && run.checkpoints.at(-1)?.step === 20;
    };
    await expect.poll(isWhole).toBe(true);
    await session.start();
    await disturb(session, count, steps);
    const { page } = session;
    const atItsEnd = () =>
      expect(page.getByRole('button', { name: 'Train anew' })).toBeVisible({ timeout: 900_000 });
    await atItsEnd();
    const disturbed = await exportedRows(page);
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await atItsEnd();
    expect(disturbed).toEqual(await exportedRows(page));
  } finally {
    await session.end();
  }
});

test('a network whose checkpoints take 160 MB loses no more', async ({ baseURL }) => {
  test.skip(large === 0, 'takes long: TRUNKLINE_LARGE_KILLS says how many');
  test.setTimeout(240_000 + large * 120_000);
  const experiment = quick(3000);
  const wide = {
    ...experiment,
    trunk: [layerSchema.parse({ kind: 'flatten' }), layerSchema.parse({ kind: 'dense', units: 6500 })],
    training: { ...experiment.training, batchSize: 8, validateEvery: { unit: 'steps', count: 20 } as const },
  };
  const session = new Session(baseURL ?? '', wide);
  try {
    await session.start();
    await disturb(session, large, 3000, true);
  } finally {
    await session.end();
  }
});
