/** The sections of the evaluation tab on outputs whose figures are worked out by hand. */
import { userEvent } from 'vitest/browser';
import { beforeEach, expect, test } from 'vitest';
import { setView } from '#stores/view.ts';
import { evaluate, experimentOn, showDataset, showPanel, showRun, startOver } from '../testing.tsx';

beforeEach(startOver);

/** Logits that give one class a probability, and the others even shares of the rest. */
const sure = (classes: number, said: number, probability: number) =>
  Array.from({ length: classes }, (_, k) =>
    Math.log(k === said ? probability : (1 - probability) / (classes - 1)),
  );

const fashion = experimentOn('fashion-mnist');

/** Four images; footwear (yes 1, no 0) is ranked right but for one pair of four, at 0.9 and 0.7 confidence. */
function showFour(footwear: readonly number[] = [1, 0, 1, 0], broken = false): void {
  const summary = showDataset(fashion, {
    garment: [0, 1, 2, Number.NaN],
    group: [0, 0, 1, 1],
    footwear,
  });
  const chance = [0.9, 0.7, 0.3, 0.1];
  const outputs = chance.flatMap((yes) => sure(2, 1, yes));
  const evaluation = evaluate(fashion, summary, {
    garment: [0, 1, 2, 3].flatMap((k) => sure(10, k, 0.8)),
    group: [0, 0, 1, 1].flatMap((k) => sure(5, k, 0.6)),
    footwear: broken ? outputs.with(0, Number.NaN) : outputs,
  });
  showRun(fashion, [{ step: 10, losses: [1, 1, 1] }], { test: evaluation, status: 'finished' });
  setView({ tab: 'confusion' });
}

const nameOf = (task: number) => fashion.tasks[task]?.name ?? '';

test('ranks classes, and lists the macro average', async () => {
  showFour();
  const screen = await showPanel();
  await screen
    .getByRole('button', { name: nameOf(2), exact: true })
    .first()
    .click();
  const table = screen.getByRole('table', { name: 'Areas per class' });
  // Positives at 0.9 and 0.3, negatives at 0.7 and 0.1: three pairs of four in order; AP (1 + 2/3) / 2.
  await expect.element(table.getByRole('row').nth(1)).toHaveTextContent('macro average75.0 %83.3 %');
  await expect.element(table.getByRole('row').nth(3)).toHaveTextContent('75.0 %83.3 %2');
  await expect.element(screen.getByRole('img', { name: /^ROC curve: .*, AUC 75\.0 %$/ })).toBeVisible();
});

test('a class is chosen with the keyboard, and one that no image has says so', async () => {
  showFour();
  const screen = await showPanel();
  const table = screen.getByRole('table', { name: 'Areas per class' });
  const bag = table.getByRole('button', { name: 'bag' });
  await expect.element(bag).toHaveAttribute('aria-pressed', 'false');
  bag.element().focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(bag).toHaveAttribute('aria-pressed', 'true');
  await expect.element(screen.getByRole('img', { name: 'ROC curve: no image here is “bag”' })).toBeVisible();
  await expect.element(table.getByRole('row', { name: /^bag/ })).toHaveTextContent('bagn/an/a0');
});

test('one class alone has no ROC curve, and says so', async () => {
  showFour([1, 1, 1, 1]);
  const screen = await showPanel();
  await screen
    .getByRole('button', { name: nameOf(2), exact: true })
    .first()
    .click();
  const table = screen.getByRole('table', { name: 'Areas per class' });
  await table.getByRole('row').nth(3).getByRole('button').click();
  await expect.element(screen.getByRole('img', { name: /^ROC curve: every image here is/ })).toBeVisible();
  await expect
    .element(screen.getByRole('img', { name: /^Precision–recall curve: .*, AP 100\.0 %$/ }))
    .toBeVisible();
});

test('the reliability diagram has a bar per filled bin, and the error in per cent', async () => {
  showFour();
  const screen = await showPanel();
  await screen
    .getByRole('button', { name: nameOf(2), exact: true })
    .first()
    .click();
  // Confidence 0.9 and right, twice; 0.7 and wrong, twice: (0.1 + 0.7) / 2.
  const diagram = screen.getByRole('img', {
    name: 'Reliability diagram of 4 answers: expected calibration error 40.0 %',
  });
  await expect.element(diagram).toBeVisible();
  expect(diagram.element().querySelectorAll('[data-bin="2"]')).toHaveLength(2);
  await screen.getByText('Bars as a table').click();
  await expect.element(screen.getByRole('row', { name: '67–73 %' })).toHaveTextContent('70.0 %0.0 %2');
  await expect.element(screen.getByRole('row', { name: '87–93 %' })).toHaveTextContent('90.0 %100.0 %2');
});

test('what has no finite outputs is counted and left out', async () => {
  showFour([1, 0, 1, 0], true);
  const screen = await showPanel();
  await screen
    .getByRole('button', { name: nameOf(2), exact: true })
    .first()
    .click();
  await expect.element(screen.getByText('Left out below: 1 image whose')).toBeVisible();
  await expect.element(screen.getByRole('img', { name: /^Reliability diagram of 3 answers/ })).toBeVisible();
});

test('the confusion matrix is normalised by row', async () => {
  showFour();
  const screen = await showPanel();
  await screen
    .getByRole('button', { name: nameOf(2), exact: true })
    .first()
    .click();
  const cells = () => [...document.querySelectorAll('[role="grid"] button')].map((cell) => cell.textContent);
  await expect.poll(cells).toEqual(['1', '1', '1', '1']);
  await screen.getByText('% of row').click();
  await expect.poll(cells).toEqual(['50', '50', '50', '50']);
});

test('labels are ranked and calibrated, numbers have residuals', async () => {
  const shapes = experimentOn('shapes');
  const { columns } = showDataset(shapes, {}).info;
  const count = 4;
  const labels = Object.fromEntries(
    columns.map((column) => {
      const width =
        column.kind === 'class' ? 1 : column.kind === 'labels' ? column.classes.length : column.names.length;
      return [
        column.id,
        Array.from({ length: count * width }, (_, i) => (Math.floor(i / width) + (i % width)) % 2),
      ] as const;
    }),
  );
  const summary = showDataset(shapes, labels);
  const outputs = Object.fromEntries(
    shapes.tasks.map((task) => {
      const column = columns.find(({ id }) => id === task.column);
      const values = labels[task.column] ?? [];
      if (column?.kind === 'class')
        return [task.id, values.flatMap((k) => sure(column.classes.length, k, 0.9))] as const;
      // Labels certain and right; numbers one quarter too large, but for the last image, a quarter too small.
      const width = values.length / count;
      return [
        task.id,
        values.map((value, i) =>
          column?.kind === 'labels'
            ? (value - 0.5) * 80
            : value + (i >= values.length - width ? -0.25 : 0.25),
        ),
      ] as const;
    }),
  );
  showRun(shapes, [{ step: 10, losses: shapes.tasks.map(() => 1) }], {
    test: evaluate(shapes, summary, outputs),
    status: 'finished',
  });
  setView({ tab: 'confusion' });
  const screen = await showPanel();
  let [labelTasks, numberTasks] = [0, 0];
  for (const task of shapes.tasks) {
    const column = columns.find(({ id }) => id === task.column);
    await screen.getByRole('button', { name: task.name, exact: true }).first().click();
    if (column?.kind === 'labels') {
      labelTasks++;
      await expect
        .element(screen.getByRole('table', { name: 'Areas per label' }).getByRole('row').nth(1))
        .toHaveTextContent('macro average100.0 %100.0 %');
      await expect
        .element(screen.getByRole('img', { name: /^Reliability diagram of .* calibration error 0\.0 %$/ }))
        .toBeVisible();
    }
    if (column?.kind === 'number') {
      numberTasks++;
      const [name = ''] = column.names;
      const row = screen.getByRole('table', { name: 'Predicted less true' }).getByRole('row', { name });
      // Mean (3 − 1)/4 · 0.25, deviation √(0.0625 − 0.125²), MAE and RMSE 0.25, R² 1 − 0.0625/0.25.
      await expect.element(row.first()).toHaveTextContent(`${name}0.12500.21650.25000.25000.75004`);
      await expect
        .element(screen.getByRole('img', { name: new RegExp(`^Residuals of ${name}: mean 0\\.1250`) }))
        .toBeVisible();
    }
  }
  expect([labelTasks, numberTasks]).toEqual([1, 2]);
});
