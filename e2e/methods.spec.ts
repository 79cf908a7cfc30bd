/** Changing the multi-task method while a run goes on, and what the views then say of it. */
import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { strategies } from '#strategies/index.ts';
import { collectErrors, exported, open, smallExperiment } from './page.ts';

type Row = Readonly<Record<string, string>>;
type Table = 'metrics.csv' | 'conflicts.csv';

const steps = 60;

/** The tables in the exported zip. */
async function tablesOf(page: Page): Promise<Readonly<Record<Table, readonly Row[]>>> {
  const { path } = await exported(page, /^Everything/);
  const files = unzipSync(await readFile(path));
  const read = (name: Table): Row[] => {
    const [head = '', ...lines] = strFromU8(files[name] ?? new Uint8Array())
      .trim()
      .split('\n');
    const names = head.split(',');
    return lines.map((line) => Object.fromEntries(line.split(',').map((cell, k) => [names[k] ?? '', cell])));
  };
  return { 'metrics.csv': read('metrics.csv'), 'conflicts.csv': read('conflicts.csv') };
}

/** Waits for a step at least as late while the run goes on, and returns it. */
async function reached(page: Page, step: number): Promise<number> {
  const counter = page.getByText(new RegExp(`^\\d+ / ${steps}$`));
  const now = async () =>
    Number((await counter.textContent({ timeout: 500 }).catch(() => ''))?.split(' ')[0]);
  await expect.poll(now, { timeout: 120_000 }).toBeGreaterThanOrEqual(step);
  return now();
}

/** Norms and cosine of the two tasks at a step. */
const conflictOf = (row: Row) => ({
  a: Number(row['top-left/norm']),
  b: Number(row['bottom-right/norm']),
  cosine: Number(row['top-left/bottom-right/cosine']),
});

/** What each of the methods used here gives the first of two tasks. */
const expected = {
  equal: () => 1,
  pcgrad: ({ a, b, cosine }: ReturnType<typeof conflictOf>) => 1 - (Math.min(0, cosine) * b) / a,
  // The shortest average of two gradients is at right angles to their difference, or one of the two.
  mgda({ a, b, cosine }: ReturnType<typeof conflictOf>) {
    const product = a * b * cosine;
    return Math.min(1, Math.max(0, (b * b - product) / (a * a + b * b - 2 * product)));
  },
};

test('changes the method of a run that goes on, and shows what each one saw and did', async ({ page }) => {
  const errors = collectErrors(page);
  const validateEvery = { unit: 'steps', count: steps } as const;
  await open(page, smallExperiment({ length: { unit: 'steps', count: steps }, validateEvery }));
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByRole('tab', { name: 'Conflicts' }).click();
  const first = await reached(page, 10);
  await page.getByLabel('Balance by').selectOption('pcgrad');
  const second = await reached(page, first + 8);
  await page.getByRole('button', { name: 'Pause', exact: true }).click();

  // From the run's own gradients, every method of the registry says what it would do; one is taken while the run pauses.
  await page.getByText('What if', { exact: true }).click();
  const answers = page.getByRole('region', { name: 'What every method would do' });
  await expect(answers.locator('tr[data-method]')).toHaveCount(Object.keys(strategies).length);
  for (const { name } of Object.values(strategies)) await expect(answers).toContainText(name);
  await expect(answers.locator('tr[data-in-use]')).toHaveAttribute('data-method', 'pcgrad');
  await page.getByRole('button', { name: 'Use it: MGDA' }).click();
  await expect(page.getByLabel('Balance by')).toHaveValue('mgda');
  await expect(answers.locator('tr[data-in-use]')).toHaveAttribute('data-method', 'mgda');
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Train anew' })).toBeVisible({ timeout: 200_000 });

  const { 'metrics.csv': metrics, 'conflicts.csv': conflicts } = await tablesOf(page);
  const trained = metrics.filter(({ part }) => part === 'train');
  expect(trained.map(({ step }) => Number(step))).toEqual(Array.from({ length: steps }, (_, k) => k + 1));
  const seen = new Map(conflicts.map((row) => [Number(row['step']), conflictOf(row)]));
  const weights = trained.map((row) => Number(row['top-left/weight']));

  // Each step's weight is that of one method, and the methods follow one another without a gap.
  const methodAt = (step: number) => {
    const conflict = seen.get(step);
    const weight = weights[step - 1] ?? Number.NaN;
    if (!conflict) return 'equal';
    return Math.abs(weight - expected.mgda(conflict)) < 1e-3 ? 'mgda' : 'pcgrad';
  };
  const changed = Array.from({ length: steps }, (_, k) => k + 1).filter(
    (step) => step > 1 && methodAt(step) !== methodAt(step - 1),
  );
  expect(changed.map(methodAt)).toEqual(['pcgrad', 'mgda']);
  const [toPcgrad = 0, toMgda = 0] = changed;
  expect(toPcgrad).toBeGreaterThan(first);
  expect(toMgda).toBeGreaterThan(second - 1);
  for (const [step, conflict] of seen) {
    expect(Math.min(conflict.a, conflict.b)).toBeGreaterThan(0);
    expect(Math.abs(conflict.cosine)).toBeLessThanOrEqual(1);
    const of = step < toPcgrad ? 'equal' : step < toMgda ? 'pcgrad' : 'mgda';
    expect(weights[step - 1], `step ${step}, ${of}`).toBeCloseTo(expected[of](conflict), 3);
  }

  // The heat map shows the last step's cosine, and engine details that the last recording is replayed.
  await page.getByText('Over time', { exact: true }).click();
  const cell = page.getByRole('grid').locator('[data-cell="0-1"]');
  const last = conflicts.at(-1);
  expect(last?.['step']).toBe(String(steps));
  const shown = Number((await cell.textContent())?.replace('−', '-'));
  expect(shown).toBeCloseTo(Number(last?.['top-left/bottom-right/cosine']), 1);
  await page.getByRole('button', { name: 'Engine details' }).click();
  await expect(page.getByRole('dialog', { name: 'Engine details' })).toContainText('replayed');
  expect(errors).toEqual([]);
});
