import '@mantine/core/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { page, userEvent } from 'vitest/browser';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { editExperiment, experimentStore, openExperiment, undo } from '#stores/experiment.ts';
import { runStore } from '#stores/run-state.ts';
import { setView, viewStore } from '#stores/view.ts';
import { cssVariables, theme } from '../theme.ts';
import { changeSetting, insertLayer, freshLayer } from './edits.ts';
import { LayerInspector } from './LayerInspector.tsx';
import { NetworkPanel } from './NetworkPanel.tsx';

const data = { source: 'multi-fashion', settings: {} };

beforeEach(async () => {
  await page.viewport(1280, 900);
  openExperiment(experimentFor(infoFor(data), data));
  experimentStore.temporal.getState().clear();
  setView({ selection: null });
});

async function mount(width = 900) {
  const screen = await render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      {/* Where the theme puts menus. */}
      <div id="floating" />
      <div style={{ display: 'flex' }}>
        <div style={{ width }}>
          <NetworkPanel />
        </div>
        <aside style={{ width: 272 }}>
          <LayerInspector />
        </aside>
      </div>
    </MantineProvider>,
  );
  await expect.element(screen.getByRole('button', { name: /^Input image/ })).toBeVisible();
  return screen;
}

/** Names of the nodes in the order of the graph. */
const nodes = () =>
  Array.from(document.querySelectorAll('[data-node]'), (node) => node.getAttribute('aria-label'));
const trunk = () => experimentStore.getState().experiment.trunk.map(({ kind }) => kind);
const focused = () => document.activeElement?.getAttribute('data-node');
const node = (id: string) => page.getByRole('button', { name: nameOf(id), exact: true });
const nameOf = (id: string) =>
  document.querySelector(`[data-node="${id}"]`)?.getAttribute('aria-label') ?? id;

test('every node tells its shape and its parameters, the header the totals', async () => {
  const screen = await mount();
  expect(nodes()).toEqual([
    'Input image, 36 by 36 by 1',
    'Conv 5×5, output 32 by 32 by 10, 260 parameters',
    'Max pool 2, output 16 by 16 by 10, no parameters',
    'Conv 5×5, output 12 by 12 by 20, 5,020 parameters',
    'Max pool 2, output 6 by 6 by 20, no parameters',
    'Dense 50, output 50, 36,050 parameters',
    'Dense 50 for top left, output 50, 2,550 parameters',
    'Output of top left, 10 classes, 510 parameters',
    'Dense 50 for bottom right, output 50, 2,550 parameters',
    'Output of bottom right, 10 classes, 510 parameters',
  ]);
  await expect.element(screen.getByText('12×12×20')).toBeVisible();
  await expect.element(screen.getByText('47,450 parameters')).toBeVisible();
  await expect.element(screen.getByText('Shared trunk').first()).toBeVisible();
  await expect.element(screen.getByText('87.1 % of the parameters are shared by all tasks')).toBeVisible();
});

test('a pool inserted at a wire changes the shapes after it; undo brings them back', async () => {
  const screen = await mount();
  const before = nodes();
  const plus = screen.getByRole('button', { name: 'Insert a layer between Max pool 2 and Conv 5×5' });
  await plus.click();
  await screen.getByRole('menuitem', { name: /^Max pool/ }).click();
  await expect.poll(nodes).toContain('Conv 5×5, output 4 by 4 by 20, 5,020 parameters');
  expect(nodes()).toContain('Max pool 2, output 8 by 8 by 10, no parameters');
  await expect.poll(focused).toBe('trunk.2');
  await expect.element(screen.getByRole('button', { name: 'Preset: Custom' })).toBeVisible();
  undo();
  await expect.poll(nodes).toEqual(before);
  await expect.element(screen.getByRole('button', { name: 'Preset: LeNet' })).toBeVisible();
});

test('the menu works from the keyboard, gives the focus back, and says what does not fit', async () => {
  const screen = await mount();
  await node('trunk.4').click();
  await userEvent.keyboard('+');
  await expect.element(screen.getByRole('menuitem', { name: /^Dense/ })).toHaveFocus();
  await expect.element(screen.getByText('Does not fit here')).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect
    .element(screen.getByRole('button', { name: 'Insert a layer at the end of the trunk' }))
    .toHaveFocus();
  // The menu takes the focus when it has opened, not in the same moment.
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByRole('menuitem', { name: /^Dense/ })).toHaveFocus();
  await userEvent.keyboard('{ArrowDown}');
  await expect.element(screen.getByRole('menuitem', { name: /^Flatten/ })).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.poll(focused).toBe('trunk.5');
  expect(trunk()).toEqual(['conv2d', 'max-pool', 'conv2d', 'max-pool', 'dense', 'flatten']);
});

test('a kernel that does not fit is explained on its node, in the inspector and in the header', async () => {
  const screen = await mount();
  await node('trunk.2').click();
  const kernel = screen.getByRole('spinbutton', { name: 'Kernel' });
  await expect.element(kernel).toHaveValue('5');
  await expect.element(screen.getByText('trunk.2.weight')).toBeVisible();
  await kernel.fill('15');
  await userEvent.keyboard('{Enter}');
  editExperiment(
    (experiment) =>
      insertLayer(experiment, { task: null, index: 2 }, freshLayer('max-pool', undefined)).experiment,
  );
  setView({ selection: 'trunk.3' });
  await expect.poll(nodes).toContain('Conv 15×15, does not fit: Kernel 15 does not fit its 8×8 input');
  expect(nodes().filter((name) => name?.endsWith('not reached'))).toHaveLength(6);
  expect(nodes()[1]).toBe('Conv 5×5, output 32 by 32 by 10, 260 parameters');
  await expect.element(screen.getByRole('alert')).toHaveTextContent(/at most 8, "same" padding/);
  await expect
    .element(screen.getByRole('button', { name: 'Convolution: kernel 15 does not fit its 8×8 input' }))
    .toBeVisible();
  undo();
  await expect.poll(() => nodes().some((name) => name?.includes('not'))).toBe(false);
});

test('a value that the document refuses stays out of it, and is explained', async () => {
  const screen = await mount();
  await node('trunk.0').click();
  await screen.getByRole('spinbutton', { name: 'Filters' }).fill('0');
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByRole('alert')).toHaveTextContent(/0 was not taken.*at least 1/i);
  expect(experimentStore.getState().experiment.trunk[0]).toMatchObject({ filters: 10 });
});

test('keys walk, remove, duplicate and move, and the selection follows', async () => {
  await mount();
  await node('trunk.1').click();
  await userEvent.keyboard('{ArrowRight}');
  await expect.poll(focused).toBe('trunk.2');
  expect(viewStore.getState().selection).toBe('trunk.2');
  await userEvent.keyboard('{Control>}d{/Control}');
  await expect.poll(focused).toBe('trunk.3');
  expect(trunk()).toEqual(['conv2d', 'max-pool', 'conv2d', 'conv2d', 'max-pool', 'dense']);
  await userEvent.keyboard('{Delete}');
  await expect.poll(trunk).toHaveLength(5);
  await expect.poll(focused).toBe('trunk.3');
  await userEvent.keyboard('{Alt>}{ArrowLeft}{/Alt}');
  await expect.poll(focused).toBe('trunk.2');
  expect(trunk()).toEqual(['conv2d', 'max-pool', 'max-pool', 'conv2d', 'dense']);
  await userEvent.keyboard('{Backspace}');
  await expect.poll(trunk).toEqual(['conv2d', 'max-pool', 'conv2d', 'dense']);
  await userEvent.keyboard('{Escape}');
  expect(viewStore.getState().selection).toBeNull();
});

test('dragging a node onto a wire moves the layer there', async () => {
  await mount();
  const target = page.getByRole('button', { name: 'Insert a layer between Max pool 2 and Dense 50' });
  await userEvent.dragAndDrop(node('trunk.0'), target, { steps: 8 });
  await expect.poll(trunk).toEqual(['max-pool', 'conv2d', 'max-pool', 'conv2d', 'dense']);
  expect(viewStore.getState().selection).toBe('trunk.3');
  undo();
  await expect.poll(trunk).toEqual(['conv2d', 'max-pool', 'conv2d', 'max-pool', 'dense']);
});

test('each head has layers of its own, which can be given to all', async () => {
  const screen = await mount();
  await node('heads.top-left.0').click();
  await screen.getByRole('button', { name: 'Layer', exact: true }).click();
  await screen.getByRole('menuitem', { name: /^Dropout/ }).click();
  const heads = () =>
    Object.values(experimentStore.getState().experiment.heads).map((head) => head.map(({ kind }) => kind));
  await expect.poll(heads).toEqual([['dense', 'dropout'], ['dense']]);
  await screen.getByRole('button', { name: 'Use this head for all tasks' }).click();
  await expect.poll(heads).toEqual([
    ['dense', 'dropout'],
    ['dense', 'dropout'],
  ]);
  await node('tasks.bottom-right').click();
  await expect.element(screen.getByText('heads.bottom-right.2.weight')).toBeVisible();
  await expect.element(screen.getByText(/Trained on cross-entropy/)).toBeVisible();
});

test('a preset replaces the network, also its name in the title', async () => {
  const screen = await mount();
  await screen.getByRole('button', { name: 'Preset: LeNet' }).click();
  await screen.getByRole('menuitem', { name: /^MultiTaskNet/ }).click();
  await expect.element(screen.getByRole('button', { name: 'Preset: MultiTaskNet' })).toBeVisible();
  expect(nodes()).toContain('Dense 768, output 768, 1,573,632 parameters');
  expect(experimentStore.getState().experiment.name).toBe('Multi-Fashion · MultiTaskNet');
});

test('in a narrow card the network runs from top to bottom', async () => {
  await mount(340);
  const at = (id: string) => document.querySelector(`[data-node="${id}"]`)?.getBoundingClientRect();
  await expect.poll(() => (at('trunk.1')?.y ?? 0) > (at('trunk.0')?.bottom ?? Infinity)).toBe(true);
  expect(at('trunk.1')?.x).toBe(at('trunk.0')?.x);
  expect(at('heads.top-left.0')?.y).toBe(at('heads.bottom-right.0')?.y);
  expect(at('tasks.bottom-right')?.right).toBeLessThan(340);
  await node('trunk.0').click();
  await userEvent.keyboard('{ArrowDown}');
  await expect.poll(focused).toBe('trunk.1');
});

test('news of a run leaves the graph as it is', async () => {
  await mount();
  const section = document.querySelector('section[aria-label="Network"]');
  if (!section) throw new Error('The panel is not there.');
  const seen: MutationRecord[] = [];
  const observer = new MutationObserver((records) => seen.push(...records));
  observer.observe(section, { subtree: true, childList: true, attributes: true, characterData: true });
  for (let revision = 1; revision <= 20; revision++) runStore.setState({ revision, step: revision });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(seen).toEqual([]);
  editExperiment((experiment) => changeSetting(experiment, 'trunk.0', 'filters', 11));
  await expect.poll(() => seen.length).toBeGreaterThan(0);
  observer.disconnect();
});
