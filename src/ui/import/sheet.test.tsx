import '@mantine/core/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { useState } from 'react';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { page, userEvent } from 'vitest/browser';
import type { ImportChoices, ImportView, Preview } from '#data/importing/import-view.ts';
import type { ColumnPlan } from '#data/understanding/column-plan.ts';
import { cssVariables, theme } from '../theme.ts';
import { type SheetActions, SheetActionsProvider } from './actions.ts';
import { ImportSheet } from './ImportSheet.tsx';
import { column, table, view } from './testing.ts';

/** What the sheet asked for, as a worker would be asked. */
let asked: { readonly what: string; readonly args: readonly unknown[] }[] = [];
const of = (what: string) => asked.filter((each) => each.what === what).map(({ args }) => args);

function previewOf({ image: { shape } }: ImportChoices): Preview {
  const bytes = shape.height * shape.width * shape.channels;
  return {
    names: ['cats/1.png', 'dogs/2.png'],
    pixels: new Uint8Array(2 * bytes).fill(90),
    parts: ['train', 'test'],
    labels: { 't1/0': ['cat', 'dog'] },
    counts: { train: 960, validation: 120, test: 120 },
  };
}

/** The sheet over a view that follows plans as a session does: an answered question is gone. */
function Stage({ start }: { readonly start: ImportView }) {
  const [now, setNow] = useState(start);
  const note = (what: string, ...args: readonly unknown[]) => void asked.push({ what, args });
  const [actions] = useState<SheetActions>(() => ({
    addFiles: (isFolder) => note('addFiles', isFolder),
    addSet: (id) => note('addSet', id),
    removeTable: (id) => note('removeTable', id),
    reread: (id, how) => note('reread', id, how),
    join: (name, how) => note('join', name, how),
    plan(key, plan) {
      note('plan', key, plan);
      setNow((before) => ({
        ...before,
        columns: before.columns.map((each) =>
          each.key === key ? { ...each, plan, question: plan.answered ? null : each.question } : each,
        ),
      }));
    },
    preview: (choices) => {
      note('preview', choices);
      return Promise.resolve(previewOf(choices));
    },
    save: (choices) => note('save', choices),
    saveLeftOut: () => note('saveLeftOut'),
    commit: (choices) => note('commit', choices),
    cancel: () => note('cancel'),
  }));
  return (
    <SheetActionsProvider value={actions}>
      <ImportSheet
        view={now}
        ownSets={[{ id: 'own-1', name: 'Emoji', samples: 90 }]}
        room={2e9}
        isBusy={false}
      />
    </SheetActionsProvider>
  );
}

const show = (start: ImportView) =>
  render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <Stage start={start} />
    </MantineProvider>,
  );

const plain = (): ImportView => ({ ...view(), columns: view().columns.filter(({ question }) => !question) });
const committed = () => of('commit')[0]?.[0] as ImportChoices;

beforeEach(async () => {
  asked = [];
  await page.viewport(1440, 900);
});

test('the shortest way is one button, with choices that make sense', async () => {
  const screen = await show(plain());
  await screen.getByRole('button', { name: 'Import 1,200 images' }).click();
  expect(committed()).toMatchObject({
    name: 'pets',
    image: { shape: { height: 64, width: 64, channels: 3 } },
    split: { validation: 0.1, test: 0.1, stratifyBy: 't1/0', groupBy: null },
    duplicates: 'keep',
  });
});

test('what −1 means must be answered, and can be answered otherwise', async () => {
  const screen = await show(view());
  const button = screen.getByRole('button', { name: 'Import 1,200 images' });
  await expect.element(button).toBeDisabled();
  await expect.element(button).toHaveAccessibleDescription('One question is to be answered.');
  await screen.getByRole('radio', { name: /^−1 means no/ }).click();
  expect(of('plan')[0]).toMatchObject(['t1/1', { kind: 'class', answered: '-1', missing: [] }]);
  await expect.element(button).toBeEnabled();
  await screen.getByRole('radio', { name: /^−1 is not labelled/ }).click();
  expect(of('plan')[1]).toMatchObject(['t1/1', { kind: 'labels', missing: ['-1'] }]);
  await expect.element(screen.getByRole('radio', { name: /^−1 is not labelled/ })).toBeChecked();
});

test('columns are named, get another kind, and their classes are merged by name', async () => {
  const screen = await show(plain());
  const name = screen.getByRole('textbox', { name: 'Name of column animal' });
  await name.fill('Animal');
  await userEvent.keyboard('{Enter}');
  expect(of('plan')[0]).toMatchObject(['t1/0', { name: 'Animal', kind: 'class' }]);
  await screen.getByRole('button', { name: 'Classes of Animal' }).click();
  await screen.getByRole('textbox', { name: 'Name of class kitten' }).fill('cat');
  await userEvent.keyboard('{Enter}');
  const merged = of('plan')[1]?.[1] as ColumnPlan & { kind: 'class' };
  expect(merged.classes).toEqual([
    { name: 'cat', values: ['cat', 'kitten'] },
    { name: 'dog', values: ['dog'] },
  ]);
  await expect.element(screen.getByText('720', { exact: true })).toBeVisible(); // 480 cats and 240 kittens
  await screen.getByRole('button', { name: 'Take cat apart' }).click();
  await screen.getByRole('textbox', { name: 'Texts that mean “not labelled”' }).fill('kitten');
  await userEvent.keyboard('{Enter}');
  expect(of('plan').at(-1)).toMatchObject(['t1/0', { missing: ['kitten'] }]);
  await screen.getByRole('combobox', { name: 'Kind of weight' }).selectOptions('ignore');
  expect(of('plan').at(-1)).toMatchObject(['t1/2', { kind: 'ignore' }]);
});

test('another layout and a pattern of names, which shows what it finds while it is typed', async () => {
  const screen = await show(plain());
  await screen.getByRole('combobox', { name: 'How pets is read' }).selectOptions('tables');
  expect(of('reread')[0]).toEqual(['t1', { importer: 'tables' }]);
  await screen.getByRole('button', { name: 'Labels in the names?' }).click();
  const field = screen.getByRole('textbox', { name: 'Pattern of file names' });
  await field.fill('{age}{sex}');
  await expect.element(screen.getByText(/something must stand between two labels/)).toBeVisible();
  await field.fill('{age}_{sex}_*.png');
  await expect.element(screen.getByText('31', { exact: true })).toBeVisible();
  await expect.poll(() => of('reread').at(-1)).toEqual(['t1', { pattern: '{age}_{sex}_*.png' }]);
  expect(of('reread')).toHaveLength(2); // not for every key
});

test('pictures, parts and new tasks are chosen, and shown as they will be', async () => {
  const said = { train: 1000, validation: 0, test: 200, none: 0 };
  const screen = await show({ ...plain(), said });
  await expect.element(screen.getByRole('img', { name: /cats\/1\.png, animal: cat/ })).toBeVisible();
  await screen.getByRole('button', { name: '32 by 32 pixels' }).click();
  await screen.getByText('Grey', { exact: true }).click();
  await screen.getByText('Bars', { exact: true }).click();
  await expect
    .poll(() => of('preview').at(-1)?.[0])
    .toMatchObject({ image: { shape: { height: 32, width: 32, channels: 1 }, fit: 'contain' } });
  await expect.element(screen.getByText('train 1,000, test 200')).toBeVisible();
  expect(screen.getByLabelText('Test, %').query()).toBeNull(); // as the files say
  await screen.getByRole('radio', { name: 'Dealt anew' }).click();
  await screen.getByLabelText('Test, %').fill('25');
  await userEvent.keyboard('{Enter}');
  await screen.getByRole('combobox', { name: 'Kept together' }).selectOptions('note');
  await screen.getByRole('button', { name: 'Add a task to label by hand' }).click();
  await screen.getByRole('textbox', { name: 'Task' }).fill('mood');
  await screen.getByRole('textbox', { name: 'Classes' }).fill('calm, wild');
  await screen.getByRole('button', { name: 'Add', exact: true }).click();
  await screen.getByRole('button', { name: 'Import 1,200 images' }).click();
  expect(committed()).toMatchObject({
    split: { anew: true, test: 0.25, groupBy: 't1/3' },
    newTasks: [{ name: 'mood', classes: ['calm', 'wild'] }],
  });
});

test('what is left out is listed with reasons; tables are added and removed', async () => {
  const second = table({ id: 't2', name: 'birds', fitting: ['folders'] });
  const screen = await show({ ...plain(), tables: [table(), second] });
  await expect.element(screen.getByText('metadata.csv, row 7')).toBeVisible();
  await screen.getByRole('button', { name: 'Download the list' }).click();
  expect(of('saveLeftOut')).toHaveLength(1);
  await screen.getByRole('button', { name: 'Leave birds out' }).click();
  expect(of('removeTable')).toEqual([['t2']]);
  await screen.getByRole('combobox', { name: 'Add a data set that is here' }).selectOptions('own-1');
  expect(of('addSet')).toEqual([['own-1']]);
  await screen.getByRole('button', { name: 'Add files' }).click();
  expect(of('addFiles')).toEqual([[false]]);
});

test('columns of one name in two tables are joined and kept apart', async () => {
  const [animal] = plain().columns;
  if (!animal) throw new Error('no column');
  const union = { how: 'apart', tables: ['pets', 'birds'], reason: 'they have no class in common' } as const;
  const plan = { ...animal.plan, column: 'birds: animal', name: 'birds: animal' };
  const screen = await show({ ...plain(), columns: [{ ...animal, plan, union }] });
  await screen.getByRole('button', { name: 'Make them one task' }).click();
  expect(of('join')).toEqual([['animal', 'joined']]);
});

test('hostile names stay texts, and forty columns of −1 and 1 are asked about once', async () => {
  const cells = Array.from({ length: 40 }, (_, i) => (i % 2 ? '1' : '-1'));
  const columns = Array.from({ length: 40 }, (_, i) => column(`attribute ${i}`, cells, i));
  const evil = '<img src=x onerror="window.evil=1">\u202e🎉';
  const screen = await show({
    ...view(),
    columns: [column(evil, ['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b', 'a', 'b'], 99), ...columns],
  });
  await expect
    .element(screen.getByText('What does −1 mean in attribute 0, attribute 1, attribute 2 and 37 more?'))
    .toBeVisible();
  expect(document.querySelector('[class*=columns] img')).toBeNull();
  expect('evil' in window).toBe(false);
  await screen.getByRole('radio', { name: /^−1 means no/ }).click();
  expect(of('plan')).toHaveLength(40);
  await expect.element(screen.getByRole('button', { name: 'Import 1,200 images' })).toBeEnabled();
});
