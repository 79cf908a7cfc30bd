/** Compared runs as a table and as trade-offs: figures, marks and front against what is kept of the runs; weights of a task. */
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import type { RunRecord } from '#storage/run-record.ts';
import { exported, open, smallExperiment, trainToEnd } from './page.ts';
import { keptRuns } from './storage.ts';

const steps = { unit: 'steps', count: 12 } as const;
const every = { unit: 'steps', count: 6 } as const;
const rates = [2e-3, 2e-2] as const;

async function train(page: Page, learningRate: number): Promise<void> {
  await page.goto('about:blank'); // a link to the page that is open would not load it anew
  await open(page, smallExperiment({ length: steps, validateEvery: every, learningRate }));
  await trainToEnd(page);
  // Leaving at once would leave it interrupted, not finished.
  await expect.poll(async () => (await keptRuns(page))[0]?.status).toBe('finished');
}

/** What the table must say of a task's accuracy at the best mean, worked out from the record. */
function accuracyOf({ validations, best }: RunRecord, task: string): number {
  const validation = validations.findLast(({ step }) => step === best['mean']);
  return validation?.tasks[task]?.metrics['accuracy'] ?? Number.NaN;
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** Texts of a column, from the top, by what its head sorts by. */
function column(page: Page, name: string): Promise<string[]> {
  return page.evaluate((wanted) => {
    const heads = [...document.querySelectorAll('[role=dialog] thead tr:last-child th')];
    const at = heads.findIndex((head) =>
      head.querySelector('button')?.ariaLabel?.startsWith(`Sort by ${wanted}`),
    );
    const rows = [...document.querySelectorAll('[role=dialog] tbody tr')];
    return rows.map((row) => row.children[at]?.textContent ?? `no column ${wanted}`);
  }, name);
}

async function checkAxe(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`,
  );
  expect(found, where).toEqual([]);
}

test('two runs: the table says what is kept, marks the best, sorts; the front is right; weights of a task leave', async ({
  page,
}) => {
  for (const rate of rates) await train(page, rate);
  await expect
    .poll(async () => (await keptRuns(page)).filter(({ status }) => status === 'finished').length)
    .toBe(2);
  const [newest, oldest] = await keptRuns(page);
  if (!newest || !oldest) throw new Error('two records');
  const runs = [oldest, newest];
  const [first, second] = newest.experiment.tasks;
  if (!first || !second) throw new Error('two tasks');

  // The best weights of a task, whose rule the page says, have that task's step.
  const { path } = await exported(page, new RegExp(`^Best for ${second.name}`));
  const bytes = await readFile(path);
  const head = bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString();
  const metadata = (JSON.parse(head) as { __metadata__: Record<string, string> })['__metadata__'];
  expect(metadata).toMatchObject({ weights: `best of ${second.id}`, step: String(newest.best[second.id]) });
  await page.getByRole('tab', { name: 'Evaluation' }).click();
  await page.getByRole('combobox', { name: 'Weights' }).selectOption(`task:${second.id}`);
  await expect(
    page.getByText(
      `Best for ${second.name} = its lowest validation loss, at step ${newest.best[second.id]}.`,
    ),
  ).toBeVisible();

  await page.goto(`./?compare=${runs.map(({ id }) => id).join(',')}&view=table`);
  const table = page.getByRole('dialog').getByRole('table', { name: 'Runs and their results' });
  await expect(table).toBeVisible();
  await expect.poll(() => column(page, 'learning rate')).toEqual(['2e-3', '0.02']);
  for (const { id, name } of [first, second]) {
    const accuracies = runs.map((run) => accuracyOf(run, id));
    const best = Math.max(...accuracies);
    expect(await column(page, `${name} accuracy`)).toEqual(
      accuracies.map((accuracy) => `${accuracy === best ? '★best: ' : ''}${percent(accuracy)}`),
    );
  }
  expect(await column(page, 'steps')).toEqual(['12', '12']);
  await page.getByRole('combobox', { name: 'Figures of' }).selectOption('test');
  const tested = runs.map(({ test: scored }) =>
    percent(scored?.tasks[first.id]?.metrics['accuracy'] ?? Number.NaN),
  );
  const shownTests = async () =>
    (await column(page, `${first.name} accuracy`)).map((text) => text.replace('★best: ', ''));
  await expect.poll(shownTests).toEqual(tested);
  await page.getByRole('combobox', { name: 'Figures of' }).selectOption('best');
  await expect.poll(async () => (await shownTests())[0]).toEqual(percent(accuracyOf(oldest, first.id)));
  const sort = page.getByRole('button', { name: 'Sort by learning rate' });
  await sort.click();
  await sort.click();
  await expect.poll(() => column(page, 'learning rate')).toEqual(['0.02', '2e-3']);
  await expect(page).toHaveURL(/sort=-field/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV' }).click(),
  ]);
  const [csvHead = '', ...lines] = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(2);
  const place = csvHead.split(',').indexOf(`${first.name} accuracy`);
  expect(csvHead.split(',')).not.toContain('seed');
  // Numbers leave in full, in the order in which the table stands.
  expect(lines.map((line) => Number(line.split(',').at(place - csvHead.split(',').length)))).toEqual([
    accuracyOf(newest, first.id),
    accuracyOf(oldest, first.id),
  ]);
  await checkAxe(page, 'the table');

  await page.getByRole('tab', { name: 'Trade-offs' }).click();
  const isWorse = (one: RunRecord, other: RunRecord) =>
    [first, second].every(({ id }) => accuracyOf(one, id) <= accuracyOf(other, id)) &&
    [first, second].some(({ id }) => accuracyOf(one, id) < accuracyOf(other, id));
  const front = runs.filter((run) => runs.every((other) => !isWorse(run, other)));
  await expect(page.locator('g[data-run][data-front="true"]')).toHaveCount(front.length);
  const shown = await page
    .locator('g[data-run][data-front="true"]')
    .evaluateAll((dots) => dots.map((dot) => dot.getAttribute('data-run')));
  expect(new Set(shown)).toEqual(new Set(front.map(({ id }) => id)));
  await checkAxe(page, 'the trade-offs');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  await checkAxe(page, 'the trade-offs on a phone, dark');
  await page.getByRole('tab', { name: 'Table' }).click();
  await expect(table).toBeVisible();
  await checkAxe(page, 'the table on a phone, dark');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, 'nothing to scroll sideways').toBeLessThanOrEqual(0);
});
