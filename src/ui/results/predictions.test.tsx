/** Predictions, confusion and trial on numbers worked out by hand. */
import { beforeEach, expect, test } from 'vitest';
import { setView } from '#stores/view.ts';
import { evaluate, experimentOn, showDataset, showPanel, showRun, startOver } from './testing.tsx';

const experiment = experimentOn('fashion-mnist');

/** Logits that say one class, more or less surely. */
const saying = (classes: number, said: number, logit = 5) =>
  Array.from({ length: classes }, (_, k) => (k === said ? logit : 0));

/** Six images: garments 0 T-shirt, 6 shirt, 9 ankle boot; two shirts are called T-shirt, one boot is called shirt, surely. */
const garment = [0, 6, 6, 9, 9, 0];
const said = [0, 0, 0, 6, 9, 0];
const sure = [5, 2, 4, 9, 5, 5];

function showSix(): void {
  const summary = showDataset(experiment, {
    garment,
    group: [0, 0, 0, 3, 3, Number.NaN],
    footwear: [0, 0, 0, 1, 1, 0],
  });
  const evaluation = evaluate(experiment, summary, {
    garment: said.flatMap((label, i) => saying(10, label, sure[i])),
    group: [0, 0, 0, 3, 3, 1].flatMap((label) => saying(5, label)),
    footwear: [0, 0, 0, 1, 1, 0].flatMap((label) => saying(2, label)),
  });
  showRun(experiment, [{ step: 10, losses: [1, 1, 1] }], { test: evaluation, status: 'finished' });
}

beforeEach(startOver);

const dots = (figure: Element) => figure.querySelector('path[d$="h0"]')?.getAttribute('d')?.match(/M/g) ?? [];

const cards = () => [...document.querySelectorAll<HTMLElement>('ul[aria-label^="Predictions"] button')];

test('says what is missing before there are predictions', async () => {
  setView({ tab: 'predictions' });
  const screen = await showPanel();
  await expect.element(screen.getByText('Train first')).toBeVisible();
});

test('shows the worst predictions first, with sign, truth and bars', async () => {
  showSix();
  setView({ tab: 'predictions' });
  const screen = await showPanel();
  await expect.poll(() => cards()).toHaveLength(6);
  // The boot called shirt was the surest mistake, then the surer of the two shirts.
  expect(cards().map((card) => card.textContent.includes('wrong'))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(cards()[0]?.textContent).toContain('wrong:shirtankle boot');
  expect(cards()[5]?.textContent ?? '').toContain('not labelled');
  const detail = screen.getByRole('complementary', { name: 'The chosen prediction' });
  await expect.element(detail).toHaveTextContent('sample 3');
  await expect.element(detail).toHaveTextContent('true: ankle boot');
  await expect.element(detail).toHaveTextContent('99.9 %');
});

test('filters by task, class and wrongness', async () => {
  showSix();
  setView({ tab: 'predictions' });
  const screen = await showPanel();
  await expect.poll(() => cards()).toHaveLength(6);
  await screen.getByRole('switch', { name: 'only wrong' }).click({ force: true });
  await expect.poll(() => cards()).toHaveLength(3);
  await screen.getByRole('combobox', { name: 'Task' }).selectOptions('garment');
  await screen.getByRole('combobox', { name: 'True class' }).selectOptions('true: shirt');
  await expect.poll(() => cards()).toHaveLength(2);
  await screen.getByRole('combobox', { name: 'Task' }).selectOptions('footwear');
  await expect.element(screen.getByText('Nothing wrong here.')).toBeVisible();
});

test('a cell of the confusion matrix says its sentence and leads to its images', async () => {
  showSix();
  setView({ tab: 'confusion' });
  const screen = await showPanel();
  const cell = screen.getByRole('button', { name: '2 of 2 “shirt” were called “T-shirt/top”' }).first();
  await expect.element(cell).toHaveTextContent('2');
  await cell.hover();
  await expect
    .element(screen.getByRole('status'))
    .toHaveTextContent('2 of 2 “shirt” were called “T-shirt/top”');
  const boots = screen.getByRole('row', { name: 'ankle boot 100.0 %' });
  await expect.element(boots).toHaveTextContent('ankle boot100.0 %50.0 %66.7 %2');
  await cell.click();
  await expect.poll(() => cards()).toHaveLength(2);
  for (const card of cards()) expect(card.textContent).toContain('wrong:T-shirt/topshirt');
});

test('labels get a table, numbers a scatter', async () => {
  const shapes = experimentOn('shapes');
  const summary = showDataset(shapes, {});
  const count = 4;
  const labels: Record<string, number[]> = Object.fromEntries(
    summary.info.columns.map((column) => {
      if (column.kind === 'class') return [column.id, [0, 1, 0, 1]];
      const width = column.kind === 'labels' ? column.classes.length : column.names.length;
      return [
        column.id,
        Array.from({ length: count * width }, (_, i) => (column.kind === 'labels' ? i % 2 : i / 10)),
      ] as const;
    }),
  );
  const full = showDataset(shapes, labels);
  const outputs = Object.fromEntries(
    shapes.tasks.map((task) => {
      const column = full.info.columns.find(({ id }) => id === task.column);
      const values = labels[task.column] ?? [];
      if (column?.kind === 'class')
        return [task.id, values.flatMap((label) => saying(column.classes.length, label))] as const;
      return [
        task.id,
        values.map((value) => (column?.kind === 'labels' ? (value === 1 ? 3 : -3) : value + 0.1)),
      ] as const;
    }),
  );
  showRun(shapes, [{ step: 10, losses: shapes.tasks.map(() => 1) }], {
    test: evaluate(shapes, full, outputs),
    status: 'finished',
  });
  setView({ tab: 'confusion' });
  const screen = await showPanel();
  for (const task of shapes.tasks) {
    const column = full.info.columns.find(({ id }) => id === task.column);
    await screen.getByRole('button', { name: task.name, exact: true }).first().click();
    if (column?.kind === 'labels') {
      await expect.element(screen.getByRole('columnheader', { name: 'AP' })).toBeVisible();
      await expect.element(screen.getByRole('table', { name: 'Labels of' })).toHaveTextContent('100.0 %');
    }
    if (column?.kind === 'number') {
      await expect.element(screen.getByText('mean absolute error 0.1').first()).toBeVisible();
      const figures = [...document.querySelectorAll('figure')].filter((figure) =>
        figure.textContent.includes('Mean absolute error'),
      );
      expect(figures).toHaveLength(column.names.length);
      // Four samples, four dots.
      for (const figure of figures) await expect.poll(() => dots(figure)).toHaveLength(count);
    }
  }
});

test('trying needs a network that was trained', async () => {
  setView({ tab: 'try' });
  const screen = await showPanel();
  await expect.element(screen.getByText('Train a few steps first')).toBeVisible();
  showSix();
  await expect.element(screen.getByRole('button', { name: 'Choose a file' })).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Random test image' })).toBeVisible();
});

test('says plainly what is no image', async () => {
  showSix();
  setView({ tab: 'try' });
  const screen = await showPanel();
  await expect.element(screen.getByText('Drop or paste an image here')).toBeVisible();
  const files = new DataTransfer();
  files.items.add(new File(['words'], 'notes.txt', { type: 'text/plain' }));
  document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: files }));
  await expect.element(screen.getByText('“notes.txt” is no image that this browser reads')).toBeVisible();
});

test('looks at the best weights of a task: validated ones at once, others once they are evaluated', async () => {
  const summary = showDataset(experiment, {
    garment,
    group: [0, 0, 0, 3, 3, Number.NaN],
    footwear: [0, 0, 0, 1, 1, 0],
  });
  const at = (step: number, labels: readonly number[]) => ({
    ...evaluate(experiment, summary, {
      garment: labels.flatMap((label) => saying(10, label)),
      group: [0, 0, 0, 3, 3, 1].flatMap((label) => saying(5, label)),
      footwear: [0, 0, 0, 1, 1, 0].flatMap((label) => saying(2, label)),
    }),
    split: 'validation' as const,
    step,
  });
  showRun(experiment, [{ step: 20, losses: [1, 1, 1] }], {
    validations: [at(10, said), at(20, garment)],
    best: { mean: 20, garment: 10, group: 15, footwear: 20 },
    status: 'finished',
  });
  setView({ tab: 'confusion' });
  const screen = await showPanel();
  const weights = screen.getByRole('combobox', { name: 'Weights' });
  await expect.element(weights).toHaveDisplayValue('Latest weights');
  await expect.element(screen.getByText('Latest, at step 20: not necessarily the best.')).toBeVisible();
  await weights.selectOptions('Best for garment');
  await expect
    .element(screen.getByText('Best for garment = its lowest validation loss, at step 10.', { exact: false }))
    .toBeVisible();
  await weights.selectOptions('Best mean');
  await expect
    .element(screen.getByText('Best = lowest mean of the tasks’ validation losses, at step 20.'))
    .toBeVisible();
  await weights.selectOptions('Best for group'); // its validation is not on the page
  await expect
    .element(screen.getByText('No predictions of these weights on the validation part yet.'))
    .toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Evaluate on validation now' })).toBeVisible();
});
