/** Two runs asked as one: what the page claims of it is worked out again from the exported predictions. */
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Download, type Locator, type Page } from '@playwright/test';
import { open, smallExperiment, trainToEnd } from './page.ts';
import { keptRuns } from './storage.ts';

const experiment = smallExperiment({
  length: { unit: 'steps', count: 24 },
  validateEvery: { unit: 'steps', count: 24 },
});
const tasks = experiment.tasks.map(({ id, name }) => ({ id, name }));
const count = 128; // of test images, see smallExperiment

async function train(page: Page, seed: number): Promise<void> {
  await page.goto('about:blank'); // a link to the page that is open would not load it anew
  await open(page, { ...experiment, seed });
  await trainToEnd(page);
}

async function saved(page: Page, button: Locator): Promise<{ name: string; bytes: Buffer }> {
  const [download]: [Download, void] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Rows of a CSV without quoted commas, by the names of its columns. */
function rowsOf(text: string): Map<string, string>[] {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    expect(cells).toHaveLength(names.length);
    return new Map(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

/** The probabilities of a member or a combination for one sample, by class. */
function probabilitiesOf(row: Map<string, string>, task: string, key: string): Map<string, number> {
  const prefix = `${task}/${key}/`;
  const entries = [...row].filter(([name]) => name.startsWith(prefix) && !name.endsWith('/predicted'));
  return new Map(entries.map(([name, value]) => [name.slice(prefix.length), Number(value)]));
}

const largest = (values: ReadonlyMap<string, number>) =>
  [...values].reduce((best, each) => (each[1] > best[1] ? each : best))[0];

/** The mean of what members say, by class. */
function meanOf(members: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const [first = new Map<string, number>()] = members;
  return new Map(
    [...first.keys()].map((name) => [
      name,
      members.reduce((sum, member) => sum + (member.get(name) ?? 0), 0) / members.length,
    ]),
  );
}

/** The class with the most votes; among several of as many, the one of the highest mean probability. */
function electedBy(members: readonly ReadonlyMap<string, number>[]): string {
  const votes = members.map(largest);
  const most = Math.max(...votes.map((vote) => votes.filter((each) => each === vote).length));
  const tied = votes.filter((vote) => votes.filter((each) => each === vote).length === most);
  return largest(new Map([...meanOf(members)].filter(([name]) => tied.includes(name))));
}

/** How often something predicted is true, in the words of the table. */
function accuracy(
  rows: readonly Map<string, string>[],
  task: string,
  predict: (row: Map<string, string>) => string,
): string {
  const right = rows.filter((row) => predict(row) === row.get(`${task}/true`)).length;
  return `${((100 * right) / rows.length).toFixed(1)} %`;
}

async function checkAxe(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`,
  );
  expect(found, where).toEqual([]);
}

/** Opens the tab with both runs, and computes their ensemble. */
async function computeEnsemble(page: Page): Promise<Locator> {
  const ids = (await keptRuns(page)).map(({ id }) => id).toReversed();
  await page.goto(`./?compare=${ids.join(',')}&view=ensemble`);
  const dialog = page.getByRole('dialog', { name: 'Compare runs' });
  // The page begins with data of its own: opening a run loads that of the members.
  await dialog.getByRole('button', { name: /^Open “/ }).click({ timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Compute the ensemble of 2' }).click({ timeout: 60_000 });
  const table = dialog.getByRole('table', { name: 'Members and combinations' });
  await expect(table).toBeVisible({ timeout: 120_000 });
  return dialog;
}

test('two seeds as an ensemble: averaged accuracy and majority vote follow from the exported predictions', async ({
  page,
}) => {
  test.slow(); // it trains twice
  await train(page, 1);
  await train(page, 2);
  await expect
    .poll(async () => (await keptRuns(page)).filter(({ status }) => status === 'finished').length)
    .toBe(2);
  const dialog = await computeEnsemble(page);
  /** What the table says in the row of a member or a combination: a figure per task. */
  const figures = async (row: Locator) =>
    (await row.getByRole('cell').allTextContents()).map((text) => /\d+\.\d %/.exec(text)?.[0]);
  const rows = dialog.locator('tbody tr');
  await expect(rows).toHaveCount(6);

  const csv = await saved(page, dialog.getByRole('button', { name: 'Predictions .csv' }));
  expect(csv.name).toBe('ensemble-predictions.csv');
  const samples = rowsOf(csv.bytes.toString());
  expect(samples).toHaveLength(count);
  const [first = new Map<string, string>()] = samples;
  const keys = [...first.keys()].flatMap(
    (name) => /^top-left\/(member-.*)\/predicted$/.exec(name)?.[1] ?? [],
  );
  expect(keys).toHaveLength(2);
  const saidOf = (row: Map<string, string>, task: string) =>
    keys.map((key) => probabilitiesOf(row, task, key));
  for (const [place, { id }] of tasks.entries()) {
    for (const [member, key] of keys.entries())
      expect((await figures(rows.nth(member)))[place]).toBe(
        accuracy(samples, id, (row) => largest(probabilitiesOf(row, id, key))),
      );
    const averaged = accuracy(samples, id, (row) => largest(meanOf(saidOf(row, id))));
    expect((await figures(rows.filter({ hasText: 'Mean of the members' })))[place]).toBe(averaged);
    const voted = accuracy(samples, id, (row) => electedBy(saidOf(row, id)));
    expect((await figures(rows.filter({ hasText: 'Majority vote' })))[place]).toBe(voted);
    for (const row of samples) {
      for (const [name, value] of probabilitiesOf(row, id, 'average'))
        expect(value).toBeCloseTo(meanOf(saidOf(row, id)).get(name) ?? Number.NaN, 5);
    }
  }

  const lines = await saved(page, dialog.getByRole('button', { name: '.jsonl' }));
  const documents = lines.bytes.toString().trimEnd().split('\n');
  expect(documents).toHaveLength(count);
  expect(JSON.parse(documents[0] ?? '')).toMatchObject({
    sample: Number(first.get('sample')),
    tasks: { 'top-left': { true: first.get('top-left/true') } },
  });
  const soup = await saved(page, dialog.getByRole('button', { name: 'Averaged weights' }));
  expect(soup.name).toBe('averaged-weights.safetensors');
  const header = soup.bytes.subarray(8, 8 + Number(soup.bytes.readBigUInt64LE())).toString();
  expect(JSON.parse(header)).toMatchObject({ __metadata__: { weights: 'average of 2' } });

  // A new image: the ensemble's answer lies between those of its members.
  await dialog
    .locator('input[type=file]')
    .setInputFiles(new URL('fixtures/ankle-boot.png', import.meta.url).pathname);
  for (const { name } of tasks) {
    const opinion = dialog.getByRole('region', { name, exact: true });
    await expect(opinion.getByRole('heading')).not.toContainText('…');
    const votes = opinion.getByRole('list', { name: `Members on ${name}` }).getByRole('listitem');
    await expect(votes).toHaveCount(2);
    const shares = (await votes.allTextContents()).map((text) =>
      Number(/(\d+\.\d) %$/.exec(text)?.[1] ?? Number.NaN),
    );
    const [top = ''] = await opinion.getByRole('listitem').allTextContents();
    const share = Number(/(\d+\.\d) %$/.exec(top)?.[1] ?? Number.NaN);
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThanOrEqual((shares[0] ?? 0) / 2 + (shares[1] ?? 0) / 2 + 0.11);
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await checkAxe(page, colorScheme);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await checkAxe(page, '390 px');
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});
