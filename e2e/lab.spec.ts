/**
 * What the page plans beyond one run, in the real browser with the real worker: single-task twins with Δm, a race from a
 * checkpoint, a sweep and its file for the command line, a way back on the timeline.
 */
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { infoFor } from '#data/resolve.ts';
import { layerSchema } from '#experiment/layers/index.ts';
import { parseExperiment } from '#experiment/parse.ts';
import { planNetwork } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { RunRecord } from '#storage/run-record.ts';
import { parseSweep, sweepStudy } from '#studies/sweep.ts';
import { collectErrors, open, smallExperiment, trainToEnd } from './page.ts';
import { keptRuns } from './storage.ts';

test.describe.configure({ timeout: 600_000 });

/** Multi-Fashion with two tasks, pooled to nine pixels a side: a step takes a moment on any processor. */
function tiny(change: Partial<Experiment['training']>): Experiment {
  return {
    ...smallExperiment(change),
    trunk: [
      layerSchema.parse({ kind: 'max-pool', kernel: 4, stride: 4 }),
      layerSchema.parse({ kind: 'flatten' }),
      layerSchema.parse({ kind: 'dense', units: 16 }),
    ],
  };
}
const length = (count: number, validateEvery: number) => ({
  length: { unit: 'steps', count } as const,
  validateEvery: { unit: 'steps', count: validateEvery } as const,
});

const bar = (page: Page) => page.getByRole('region', { name: 'Study' });
const plans = (page: Page) => page.getByRole('dialog', { name: 'Studies' });
const start = (page: Page) => plans(page).getByRole('button', { name: 'Start', exact: true }).click();
const through = (page: Page) => expect(bar(page)).toContainText('is through', { timeout: 500_000 });

async function plan(page: Page, kind: string): Promise<void> {
  await page.getByRole('button', { name: 'Studies', exact: true }).click();
  await page.getByRole('menuitem', { name: `${kind}…` }).click();
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`),
  ).toEqual([]);
}

/** Unfolds the newest run of the list, where its checkpoints are. */
async function timeline(page: Page) {
  await page.getByRole('button', { name: /^Runs/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Runs' });
  await dialog
    .getByRole('button', { name: /^More of / })
    .first()
    .click();
  return dialog.getByRole('group', { name: /^Checkpoints of / });
}

/** The rows of a kept run's curves, to the last bit; the time of each left out. */
function curvesOf(page: Page, id: string): Promise<Record<string, string>[]> {
  return page.evaluate(async (run) => {
    const answer = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('not read')));
      });
    const database = await answer(indexedDB.open('trunkline-runs'));
    const range = IDBKeyRange.bound([run, 'metrics'], [run, 'metrics', []]);
    const chunks = await answer(database.transaction('chunks').objectStore('chunks').getAll(range));
    database.close();
    return chunks.flatMap(({ columns, rows }: { columns: string[]; rows: Float32Array | Float64Array }) =>
      Array.from({ length: rows.length / columns.length }, (_, row) =>
        Object.fromEntries(
          columns.flatMap((name, column) =>
            name === 'seconds' ? [] : [[name, String(rows[row * columns.length + column])]],
          ),
        ),
      ),
    );
  }, id);
}

const accuracyOf = (run: RunRecord, task: string, step: number) =>
  run.validations.find((each) => each.step === step)?.tasks[task]?.metrics['accuracy'] ?? Number.NaN;

const signed = (change: number) =>
  `${change > 0 ? '+' : change < 0 ? '−' : '±'}${Math.abs(change).toFixed(1)} %`;

test('single-task twins on Multi-Fashion: Δm as worked out from what is kept', async ({ page }) => {
  const errors = collectErrors(page);
  const experiment = tiny(length(120, 40));
  await open(page, experiment);
  await plan(page, 'Single-task twins');
  await expect(plans(page).getByText('3 runs of 120 steps, 360 in all')).toBeVisible();
  await expectAccessible(page);
  await start(page);

  // While the first twin trains, there is a change of its task, and no more than that.
  await expect(bar(page)).toContainText('2 of 3', { timeout: 300_000 });
  await bar(page).getByRole('button', { name: 'Compare' }).click();
  const window = page.getByRole('dialog', { name: 'Compare runs' });
  await window.getByRole('tab', { name: 'Single-task twin' }).click();
  const footer = window.getByRole('row', { name: /^Δm mean/ });
  await expect(footer).toContainText('so far', { timeout: 60_000 });

  // The window follows the study: the second twin comes in by itself.
  await expect(footer).toContainText('mean of all tasks', { timeout: 500_000 });
  await expect(footer).not.toContainText('so far', { timeout: 500_000 });
  const runs = await keptRuns(page);
  expect(runs.map(({ status, step }) => [status, step])).toEqual(runs.map(() => ['finished', 120]));
  expect(runs).toHaveLength(3);
  const together = runs.find((run) => run.experiment.tasks.length === 2);
  if (!together) throw new Error('no run of both tasks');
  const changes = experiment.tasks.map(({ id, name }) => {
    const alone = runs.find((run) => run.experiment.tasks.length === 1 && run.experiment.tasks[0]?.id === id);
    if (!alone) throw new Error(`no twin for ${name}`);
    const [multi, single] = [accuracyOf(together, id, 120), accuracyOf(alone, id, 120)];
    return { name, multi, single, change: (100 * (multi - single)) / single };
  });
  for (const { name, multi, single, change } of changes) {
    const cells = await window
      .getByRole('row', { name: new RegExp(`^${name} `) })
      .getByRole('cell')
      .allTextContents();
    expect(cells[0]).toContain('at step 120');
    expect(Number.parseFloat(cells[1] ?? '')).toBeCloseTo(100 * multi, 1);
    expect(Number.parseFloat(cells[2] ?? '')).toBeCloseTo(100 * single, 1);
    expect(cells[3]).toBe(signed(change));
  }
  const mean = changes.reduce((sum, { change }) => sum + change, 0) / changes.length;
  await expect(footer.getByRole('cell').last()).toHaveText(signed(mean));
  await expectAccessible(page);

  // Trunk 81·16 + 16 from nine by nine pixels; what each run has is counted from its own network.
  const info = infoFor(experiment.data);
  const count = (run: RunRecord) => planNetwork(run.experiment, info).parameterCount;
  const single = runs.filter((run) => run !== together).reduce((sum, run) => sum + count(run), 0);
  const saving = window.getByText('parameters, the networks of the single tasks together');
  await expect(saving).toContainText(`${(100 * (1 - count(together) / single)).toFixed(1)} %`);
  expect(errors).toEqual([]);
});

test('three methods race from a checkpoint of a kept run, in turn', async ({ page }) => {
  const errors = collectErrors(page);
  await open(page, tiny(length(240, 60)));
  await trainToEnd(page);
  const [parent] = await keptRuns(page);
  if (!parent) throw new Error('nothing kept');
  expect(parent.checkpoints.map(({ step }) => step)).toContain(60);
  const track = await timeline(page);
  await track.getByRole('button', { name: 'Step 60', exact: true }).click();
  await track.getByRole('button', { name: 'Race from here…' }).click();
  await expect(plans(page).getByRole('combobox', { name: 'Its checkpoint' })).toHaveValue('60');
  const turn = 60;
  await plans(page).getByRole('spinbutton', { name: 'Steps per turn' }).fill(String(turn));
  await plans(page).getByRole('spinbutton', { name: 'Steps per turn' }).press('Enter');
  await expect(plans(page).getByText('3 runs of 180 steps, 540 in all')).toBeVisible();
  await expectAccessible(page);
  await start(page);

  // Side by side: whenever one looks, no branch is more than a turn ahead of another.
  const branches = async () => (await keptRuns(page)).filter(({ from }) => from?.run === parent.id);
  let looks = 0;
  while (!(await bar(page).textContent())?.includes('is through')) {
    const steps = (await branches()).map(({ step }) => step);
    const ahead = Math.max(...steps, 60) - (steps.length < 3 ? 60 : Math.min(...steps));
    expect(ahead).toBeLessThanOrEqual(turn);
    looks++;
    await page.waitForTimeout(300);
  }
  expect(looks).toBeGreaterThan(3);
  const ended = await branches();
  const kinds = ended.map(({ experiment }) => experiment.strategy.kind);
  expect(kinds.toSorted((a, b) => a.localeCompare(b))).toEqual(['equal', 'mgda', 'pcgrad']);
  expect(ended.map(({ status, step }) => [status, step])).toEqual(ended.map(() => ['finished', 240]));
  const before = await curvesOf(page, parent.id);
  const curves = await Promise.all(ended.map(({ id }) => curvesOf(page, id)));
  for (const rows of curves) {
    expect(rows).toHaveLength(240);
    expect(rows.slice(0, 60)).toEqual(before.slice(0, 60));
  }
  // The branch that changed nothing ends as the run did; the others took another way.
  const same = ended.findIndex(
    ({ experiment }) => experiment.strategy.kind === parent.experiment.strategy.kind,
  );
  expect(curves[same]).toEqual(before);
  for (const [index, rows] of curves.entries())
    if (index !== same) expect(rows.at(-1)).not.toEqual(before.at(-1));
  expect(errors).toEqual([]);
});

test('a sweep of two values trains, and its file is one that the command line takes', async ({ page }) => {
  const errors = collectErrors(page);
  await open(page, tiny(length(40, 20)));
  await plan(page, 'Sweep');
  await plans(page)
    .getByRole('textbox', { name: /^Values of/ })
    .fill('1e-3, fast');
  await expect(plans(page).getByRole('alert')).toContainText('“fast”');
  await plans(page)
    .getByRole('textbox', { name: /^Values of/ })
    .fill('1e-3, 1e-2');
  await expect(plans(page).getByText('2 runs of 40 steps, 80 in all')).toBeVisible();
  await expectAccessible(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    plans(page).getByRole('button', { name: 'As a file for the command line' }).click(),
  ]);
  const document: unknown = JSON.parse(await readFile(await download.path(), 'utf8'));
  await start(page);
  await through(page);
  const runs = await keptRuns(page);
  const trained = runs.map(({ experiment }) => experiment).toReversed();
  expect(trained.map(({ training }) => training.learningRate)).toEqual([1e-3, 1e-2]);
  expect(runs.map(({ status, step }) => [status, step])).toEqual(runs.map(() => ['finished', 40]));

  // As `npm run train -- sweep` reads it: the experiment beside the sweep, the same members.
  const { experiment, ...sweep } = document as { experiment: unknown };
  const { members } = sweepStudy(parseExperiment(experiment), parseSweep(sweep));
  expect(members.map((member) => member.experiment)).toEqual(trained);
  expect(errors).toEqual([]);
});

test('goes back to an earlier checkpoint, and forks there', async ({ page }) => {
  const errors = collectErrors(page);
  await open(page, tiny(length(120, 40)));
  await trainToEnd(page);
  const [parent] = await keptRuns(page);
  if (!parent) throw new Error('nothing kept');
  const before = await curvesOf(page, parent.id);
  const track = await timeline(page);
  await track.getByRole('button', { name: 'Step 40', exact: true }).click();
  await track.getByRole('button', { name: 'Fork here' }).click();
  await expect(page.getByText('A run with all up to step 40 is in the list', { exact: false })).toBeVisible();
  await expect.poll(async () => (await keptRuns(page)).length).toBe(2);
  const [fork] = await keptRuns(page);
  expect(fork).toMatchObject({ step: 40, from: { run: parent.id, step: 40 }, checkpoints: [{ step: 40 }] });
  expect(await curvesOf(page, fork?.id ?? '')).toEqual(before.slice(0, 40));

  // The run on the page, unfolded still, goes back to its step 80, and comes to the same end again.
  await track.getByRole('button', { name: 'Step 80', exact: true }).click();
  await track.getByRole('button', { name: 'Go back here' }).click();
  await expect(page.getByText('80 / 120')).toBeVisible();
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Train anew' })).toBeVisible({ timeout: 200_000 });
  await expect.poll(async () => (await curvesOf(page, parent.id)).length).toBe(120);
  expect(await curvesOf(page, parent.id)).toEqual(before);
  expect(errors).toEqual([]);
});
