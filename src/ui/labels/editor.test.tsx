/** The label editor as a person meets it: keys, classes, undo, what is not saved, and 50,000 images. */
import '@mantine/core/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import axe from 'axe-core';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { page, userEvent } from 'vitest/browser';
import { memoryReader } from '#data/image-reader.ts';
import { openDrafts } from '#data/labels/drafts.ts';
import type { SetLabels } from '#data/sets/manifest.ts';
import { cssVariables, theme } from '../theme.ts';
import { LabelEditor, type LabelEditorProps } from './LabelEditor.tsx';

const shape = { height: 16, width: 16, channels: 3 } as const;
const rtl = '\u05D7\u05EA\u05D5\u05DC <b>bold</b>';

function labelsOf(count: number): SetLabels {
  return {
    columns: [
      {
        info: { id: 'animal', name: 'Animal', kind: 'class', classes: ['cat', 'cats', rtl] },
        values: Float32Array.from({ length: count }, (_, i) => (i % 4 === 3 ? Number.NaN : i % 4)),
      },
      {
        info: { id: 'traits', name: 'Traits', kind: 'labels', classes: ['wet', 'old'] },
        values: new Float32Array(count * 2).fill(Number.NaN),
      },
      {
        info: { id: 'age', name: 'Age', kind: 'number', names: ['years'] },
        values: new Float32Array(count).fill(Number.NaN),
      },
    ],
    parts: Uint8Array.from({ length: count }, (_, i) => i % 3),
    origins: new Uint8Array(count),
  };
}

async function show(count: number, change: Partial<LabelEditorProps> = {}) {
  const saved: { change: string; labels: SetLabels }[] = [];
  const control: { current: { close: () => void } | null } = { current: null };
  let closed = 0;
  const labels = labelsOf(count);
  const images = Uint8Array.from({ length: count * 768 }, (_, i) => (i * 7) % 255);
  const reader = memoryReader(images, shape);
  const names = Array.from({ length: count }, (_, i) => `photos/${i}.png`);
  const readNames = () => Promise.resolve(names);
  const onClose = () => closed++;
  const onSave = (words: string, next: SetLabels) => {
    saved.push({ change: words, labels: next });
    return Promise.resolve(true);
  };
  const screen = await render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <div id="floating" />
      <main style={{ height: 700 }}>
        <h2>Labels</h2>
        <LabelEditor
          id="own-000000000001"
          name="Pets"
          shape={shape}
          revision={1}
          labels={labels}
          reader={reader}
          readNames={readNames}
          drafts={null}
          taken={[]}
          colourOf={() => undefined}
          onSave={onSave}
          onClose={onClose}
          ref={control}
          {...change}
        />
      </main>
    </MantineProvider>,
  );
  const grid = screen.getByRole('listbox', { name: 'Images of Pets' });
  await expect.element(grid.getByRole('option').first()).toBeInTheDocument();
  return { screen, grid, saved, close: () => control.current?.close(), closed: () => closed };
}

type Grid = Awaited<ReturnType<typeof show>>['grid'];
const option = (grid: Grid, place: number) => grid.getByRole('option', { name: `photos/${place}.png: ` });

beforeEach(() => page.viewport(1280, 760));

test('keys 1–9 give a label and go on to the next image without one; 0 takes it away; ctrl+Z brings it back', async () => {
  const { screen, grid, saved } = await show(12);
  await option(grid, 3).click();
  await userEvent.keyboard('2');
  await expect.element(option(grid, 3)).toHaveAccessibleName('photos/3.png: cats');
  await expect.element(option(grid, 7)).toHaveAttribute('aria-selected', 'true');
  await userEvent.keyboard('3');
  await expect.element(option(grid, 7)).toHaveAccessibleName(`photos/7.png: ${rtl}`);
  await option(grid, 0).click();
  await userEvent.keyboard('0');
  await expect.element(option(grid, 0)).toHaveAccessibleName('photos/0.png: not labelled');
  await userEvent.keyboard('{Control>}z{/Control}');
  await expect.element(option(grid, 0)).toHaveAccessibleName('photos/0.png: cat');
  await userEvent.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
  await expect.element(option(grid, 0)).toHaveAccessibleName('photos/0.png: not labelled');
  await screen.getByRole('button', { name: 'Save 3 changes' }).click();
  await expect.poll(() => saved.length).toBe(1); // one revision for all of them
  expect(saved[0]?.change).toBe('3 labels of Animal');
  expect([...(saved[0]?.labels.columns[0]?.values ?? [])].slice(0, 8)).toEqual([NaN, 1, 2, 1, 0, 1, 2, 2]);
  await expect.element(screen.getByRole('button', { name: 'Nothing to save' })).toBeDisabled();
});

test('several chosen by shift and arrows get labels at once; of several labels each is there or not', async () => {
  const { screen, grid } = await show(12);
  await screen.getByRole('radio', { name: /Traits/ }).click({ force: true });
  await option(grid, 1).click();
  await userEvent.keyboard('{Shift>}{ArrowRight}{ArrowRight}{/Shift}1');
  for (const place of [1, 2, 3])
    await expect.element(option(grid, place)).toHaveAccessibleName(`photos/${place}.png: wet`);
  await userEvent.keyboard('2');
  await expect.element(option(grid, 2)).toHaveAccessibleName('photos/2.png: wet, old');
  await userEvent.keyboard('1');
  await expect.element(option(grid, 2)).toHaveAccessibleName('photos/2.png: old');
  await userEvent.keyboard('n');
  await expect.element(option(grid, 2)).toHaveAccessibleName('photos/2.png: none');
});

test('numbers are typed', async () => {
  const { screen, grid } = await show(6);
  await screen.getByRole('radio', { name: /Age/ }).click({ force: true });
  await option(grid, 2).click();
  await userEvent.keyboard('4.5{Enter}');
  await expect.element(option(grid, 2)).toHaveAccessibleName('photos/2.png: 4.5');
  await expect.element(option(grid, 3)).toHaveAttribute('aria-selected', 'true');
  await expect.element(grid).toHaveFocus();
});

test('classes are renamed, merged and added; a refusal is told', async () => {
  const { screen, grid, saved } = await show(8);
  await screen.getByRole('button', { name: 'Change the class cats' }).click();
  await screen.getByRole('menuitem', { name: 'Rename' }).click();
  await screen.getByRole('textbox', { name: 'New name of cats' }).fill('cat');
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByRole('status').last()).toHaveTextContent('Merge the two instead');
  await screen.getByRole('button', { name: 'Change the class cats' }).click();
  await screen.getByRole('menuitem', { name: 'Merge' }).click();
  await screen.getByRole('button', { name: 'Merge', exact: true }).click(); // into the first
  await expect.element(option(grid, 1)).toHaveAccessibleName('photos/1.png: cat');
  await screen.getByRole('button', { name: 'Add a class' }).click();
  await screen.getByRole('textbox', { name: 'Name of the class' }).fill('cow');
  await userEvent.keyboard('{Enter}');
  await option(grid, 3).click();
  await userEvent.keyboard('3');
  await expect.element(option(grid, 3)).toHaveAccessibleName('photos/3.png: cow');
  await screen.getByRole('button', { name: 'Save 3 changes' }).click();
  await expect
    .poll(() => saved[0]?.change)
    .toBe('“cats” merged into “cat” in Animal; “cow” added to Animal; 1 label of Animal');
});

test('asks before changes are lost, and keeps a draft of them meanwhile', async () => {
  const name = 'label-editor-test';
  const drafts = await openDrafts(name);
  const { screen, grid, close, closed } = await show(8, { drafts });
  close();
  expect(closed()).toBe(1); // nothing changed, nothing asked
  await option(grid, 3).click();
  await userEvent.keyboard('12');
  await expect.poll(async () => (await drafts.read('own-000000000001'))?.edits.length).toBe(2);
  await userEvent.keyboard('{Control>}z{/Control}');
  await expect.poll(async () => (await drafts.read('own-000000000001'))?.edits.length).toBe(1);
  close();
  const guard = screen.getByRole('alertdialog', { name: 'Changes that are not saved' });
  await expect.element(guard).toHaveTextContent('1 change is not saved');
  await guard.getByRole('button', { name: 'Go on labelling' }).click();
  expect(closed()).toBe(1);
  close();
  await guard.getByRole('button', { name: 'Keep as a draft' }).click();
  expect(closed()).toBe(2);
  expect((await drafts.read('own-000000000001'))?.edits).toMatchObject([{ kind: 'set', value: 0 }]);
  await guard.getByRole('button', { name: 'Discard' }).click();
  await expect.poll(() => drafts.read('own-000000000001')).toBeNull();
  drafts.close();
  indexedDB.deleteDatabase(name);
});

test('of 50,000 images only those in sight are drawn, by name and part and label they are found', async () => {
  const { screen, grid } = await show(50_000);
  const drawn = () => document.querySelectorAll('[role=option]').length;
  expect(drawn()).toBeLessThan(150);
  await userEvent.keyboard('{Tab}');
  await option(grid, 0).click();
  await userEvent.keyboard('{End}');
  await expect.element(option(grid, 49_999)).toHaveAttribute('aria-selected', 'true');
  expect(drawn()).toBeLessThan(150);
  await screen.getByRole('textbox', { name: 'File name' }).fill('4999');
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByRole('status').first()).toHaveTextContent('15 images');
  await screen.getByRole('combobox', { name: 'Label' }).selectOptions('not labelled');
  await expect.element(screen.getByRole('status').first()).toHaveTextContent('8 images');
});

test('has no violation of accessibility rules', async () => {
  const { screen } = await show(40);
  await expect.element(screen.getByRole('button', { name: 'Nothing to save' })).toBeVisible();
  const { violations } = await axe.run(document.querySelector('main') ?? document.body);
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});
