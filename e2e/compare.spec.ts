/** Two runs trained, kept and laid over one another: read, by other axes, zoomed, reloaded, taken away as numbers. */
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { infoFor } from '#data/resolve.ts';
import { costOfStep } from '#experiment/run-cost.ts';
import type { Experiment } from '#experiment/schema.ts';
import { stepNeeds } from '#experiment/step-needs.ts';
import { strategyOf } from '#strategies/index.ts';
import { collectErrors, open, smallExperiment, trainToEnd } from './page.ts';

const steps = 12;
const experiment = smallExperiment({
  length: { unit: 'steps', count: steps },
  validateEvery: { unit: 'steps', count: 6 },
});
const [first] = experiment.tasks;
const task = { id: first?.id ?? '', name: first?.name ?? '' };

interface Row {
  readonly step: number;
  readonly loss: number;
}

interface KeptRun {
  readonly id: string;
  readonly rate: number;
  readonly status: string;
  readonly rows: readonly Row[];
  readonly validations: readonly Row[];
}

/** The first task's losses of every kept run, the oldest first, as the browser's storage has them. */
function keptRuns(page: Page): Promise<KeptRun[]> {
  return page.evaluate(async (taskId) => {
    const answer = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('no storage')));
      });
    const database = await answer(indexedDB.open('trunkline-runs'));
    const tables = database.transaction(['records', 'chunks']);
    const records = await answer(tables.objectStore('records').getAll());
    const runs: KeptRun[] = [];
    for (const record of records.toSorted((a, b) => a.createdAt - b.createdAt)) {
      const range = IDBKeyRange.bound([record.id, 'metrics'], [record.id, 'metrics', []]);
      const rows = new Map<number, number>();
      for (const chunk of await answer(tables.objectStore('chunks').getAll(range))) {
        const width = chunk.columns.length;
        const [step, loss] = [chunk.columns.indexOf('step'), chunk.columns.indexOf(`loss/${taskId}`)];
        for (let at = 0; at < chunk.rows.length; at += width)
          rows.set(chunk.rows[at + step], chunk.rows[at + loss]);
      }
      runs.push({
        id: record.id,
        rate: record.experiment.training.learningRate,
        status: record.status,
        rows: [...rows].map(([step, loss]) => ({ step, loss })),
        validations: record.validations.map(
          (each: { step: number; tasks: Record<string, { loss: number }> }) => ({
            step: each.step,
            loss: each.tasks[taskId]?.loss ?? Number.NaN,
          }),
        ),
      });
    }
    database.close();
    return runs;
  }, task.id);
}

/** Waits until so many runs are kept to their end. */
const kept = (page: Page, count: number) =>
  expect
    .poll(async () => (await keptRuns(page)).map(({ status, rows }) => `${status} ${rows.length}`))
    .toEqual(Array.from({ length: count }, () => `finished ${steps}`));

async function trainBoth(page: Page): Promise<void> {
  await open(page, experiment);
  await trainToEnd(page);
  await kept(page, 1);
  const other: Experiment = { ...experiment, training: { ...experiment.training, learningRate: 5e-3 } };
  await page.goto('about:blank'); // opened over a run that has ended, it would go on with that run
  await open(page, other);
  await trainToEnd(page);
  await kept(page, 2);
}

/** Cells of the table that screen readers have of a chart, row by row. */
const lastValues = (page: Page, title: string) =>
  page
    .getByRole('table', { name: `${title}: last values` })
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map(({ textContent }) => textContent)));

const sorted = (texts: readonly string[]) => texts.toSorted((a, b) => (a < b ? -1 : 1));

const chart = (page: Page, title: string) =>
  page.getByRole('dialog').getByRole('slider', { name: `${title}, read along the curves` });

async function csvOf(page: Page, title: string): Promise<Record<string, string>[]> {
  await page.getByRole('button', { name: `Save ${title}` }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'All numbers (CSV)' }).click(),
  ]);
  const [head = '', ...lines] = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

test('two runs are compared: their own numbers, by FLOPs, zoomed, kept in the address, as CSV', async ({
  page,
}) => {
  const errors = collectErrors(page);
  await trainBoth(page);
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog', { name: 'Compare runs' });
  await expect(dialog.getByRole('checkbox', { name: /finished/ })).toHaveCount(2);
  const title = `${task.name}: loss`;
  const runs = await keptRuns(page);
  expect(runs.map(({ rate, rows }) => [rate, rows.length])).toEqual([
    [2e-3, steps],
    [5e-3, steps],
  ]);

  // What the chart says is what the runs measured.
  const lasts = runs.flatMap(({ rows, validations }) => [rows.at(-1), validations.at(-1)]);
  await expect
    .poll(async () => sorted((await lastValues(page, title)).map(([, , value]) => value ?? '')))
    .toEqual(sorted(lasts.map((row) => row?.loss.toPrecision(4) ?? '')));

  // At a step: both runs, with the smoothed, the measured and the nearest validated value.
  await chart(page, title).focus();
  await page.keyboard.press('Home');
  const tooltip = dialog.locator('[data-tooltip]');
  for (const { rows, validations } of runs) {
    await expect(tooltip).toContainText(rows[0]?.loss.toPrecision(4) ?? '');
    await expect(tooltip).toContainText(validations[0]?.loss.toPrecision(4) ?? '');
  }

  // By work: the last step lies where the document says it costs.
  await dialog.getByText('FLOPs', { exact: true }).click();
  const { kind, gradients } = experiment.strategy;
  const cost = costOfStep(experiment, infoFor(experiment.data), stepNeeds(strategyOf(kind), gradients));
  await expect(chart(page, title)).toHaveAttribute('aria-valuemax', String(Math.round(cost.flops * steps)));
  await expect(page).toHaveURL(/[?&]x=flops/);

  // A drag shows a part of all charts, a reload keeps it, a double click takes it back.
  const box = await chart(page, title).boundingBox();
  if (!box) throw new Error('the chart has no place');
  const from = { x: box.x + box.width * 0.4, y: box.y + 60 };
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + box.width * 0.2, from.y, { steps: 3 });
  await page.mouse.up();
  await expect(page).toHaveURL(/[?&]zoom=/);
  const start = Number(await chart(page, 'Mean loss').getAttribute('aria-valuemin'));
  expect(start).toBeGreaterThan(cost.flops * steps * 0.2);
  await page.reload();
  // The address has six digits of it.
  await expect
    .poll(async () => Number(await chart(page, 'Mean loss').getAttribute('aria-valuemin')) / start)
    .toBeCloseTo(1, 4);
  await expect(dialog.getByRole('radio', { name: 'FLOPs' })).toBeChecked();
  await chart(page, 'Mean loss').dblclick();
  await expect(chart(page, title)).toHaveAttribute('aria-valuemin', '0');
  await expect(page).not.toHaveURL(/zoom=/);

  // The file has every number of the runs, and nothing else.
  const rows = await csvOf(page, title);
  for (const { id, rows: own, validations } of runs) {
    const of = (part: string) =>
      rows
        .filter((row) => row['id'] === id && row['part'] === part)
        .map(({ step, value }) => [Number(step), Number(value)]);
    expect(of('train')).toEqual(own.map(({ step, loss }) => [step, Number(loss.toPrecision(9))]));
    expect(of('validation')).toEqual(
      validations.map(({ step, loss }) => [step, Number(loss.toPrecision(9))]),
    );
  }
  expect(rows).toHaveLength(runs.reduce((sum, run) => sum + run.rows.length + run.validations.length, 0));
  expect(Number(rows[3]?.['flops'])).toBeCloseTo(cost.flops * 4, -3);

  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('; ')}`)).toEqual([]);
  expect(errors).toEqual([]);
});

test('the address opens the window, going back closes it, and the link to the experiment does not carry it', async ({
  page,
}) => {
  await page.goto('./?compare=not-kept-here&x=seconds&smooth=%3Cscript%3E');
  const dialog = page.getByRole('dialog', { name: 'Compare runs' });
  await expect(dialog).toContainText('No run is kept in this browser yet');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page).not.toHaveURL(/compare/);
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/[?&]compare=/);
  await page.goBack();
  await expect(dialog).toBeHidden();
  await page.goForward();
  await expect(dialog).toBeVisible();
  await expect(page).toHaveURL(/[?&]x=seconds/);
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page).not.toHaveURL(/compare/);
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page).toHaveURL(/\/#e=/);
});
