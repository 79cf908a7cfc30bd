/** Trade-offs between runs as a person meets them: the front, what is pointed at, parts of axes by pointer and key, pictures. */
import '@mantine/core/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { page, userEvent } from 'vitest/browser';
import { compareStore } from '#stores/compare.ts';
import type { RunRecord } from '#stores/library.ts';
import { chartSvg, pngFile } from '../charts/export-image.ts';
import { experiment, record } from '../runs/testing.ts';
import { cssVariables, theme } from '../theme.ts';
import { chartSpec, legendOf } from './plot-files.ts';
import { TradeOffsView } from './TradeOffsView.tsx';

const [first = '', second = ''] = experiment.tasks.map(({ id }) => id);
const [firstName = '', secondName = ''] = experiment.tasks.map(({ name }) => name);

function run(id: string, one: number, other: number): RunRecord {
  const [validation] = record(id).validations;
  if (!validation) throw new Error('a validation');
  const tasks = {
    [first]: { loss: 1 - one, metrics: { accuracy: one } },
    [second]: { loss: 1 - other, metrics: { accuracy: other } },
  };
  return record(id, { colour: Number(id), validations: [{ ...validation, tasks }] });
}

/** 1 and 2 are on the front of both accuracies, 3 is worse than 2 in both, 4 was not validated. */
const runs = [
  run('1', 0.9, 0.5),
  run('2', 0.6, 0.8),
  run('3', 0.5, 0.7),
  record('4', { validations: [], best: {} }),
];

function show(shown: readonly RunRecord[]) {
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <Notifications />
      <div id="floating" />
      <main>
        <TradeOffsView runs={shown} />
      </main>
    </MantineProvider>,
  );
}

const sectionOf = (name: string) => {
  const found = [...document.querySelectorAll('section')].find(
    (each) => each.querySelector('h3')?.textContent === name,
  );
  if (!found) throw new Error(`no section ${name}`);
  return found;
};
/** Keys of the dots that are on the front, and of those that are not. */
const dots = (front: string) =>
  [...sectionOf('Trade-off').querySelectorAll(`g[data-front="${front}"]`)].map((dot) =>
    dot.getAttribute('data-run'),
  );
/** Keys of the lines that the chosen parts of the axes let through. */
const through = () =>
  [...sectionOf('All at once').querySelectorAll('g[data-run]:not([data-out])')]
    .map((line) => line.getAttribute('data-run') ?? '')
    .toSorted((a, b) => a.localeCompare(b));

beforeEach(async () => {
  await page.viewport(1440, 1100);
  compareStore.setState(compareStore.getInitialState(), true);
});

test('asks for two runs, and says of a run without validations that it has none', async () => {
  const screen = await show([run('1', 0.9, 0.5)]);
  await expect.element(screen.getByText('Choose two runs or more', { exact: false })).toBeVisible();
  await screen.unmount();
  const none = await show([
    record('1', { validations: [], best: {} }),
    record('2', { validations: [], best: {} }),
  ]);
  await expect.element(none.getByText('No run has numbers for both.', { exact: false })).toBeVisible();
  await expect.element(none.getByRole('button', { name: /learning rate 1 not validated/ })).toBeVisible();
});

test('draws the front of two tasks as steps, in words too, and the others faint', async () => {
  const screen = await show(runs);
  await expect.poll(() => dots('true')).toEqual(['1', '2']);
  expect(dots('false')).toEqual(['3']);
  await expect.element(screen.getByText('On the Pareto front: runs 1, 2.', { exact: false })).toBeVisible();
  const steps = sectionOf('Trade-off').querySelector('path[data-front]')?.getAttribute('d') ?? '';
  expect(steps.match(/H/g)).toHaveLength(3);
  await expect.element(screen.getByRole('button', { name: /learning rate 2 front/ })).toBeVisible();
  await expect.element(screen.getByRole('button', { name: /learning rate 4 not validated/ })).toBeVisible();
});

test('a run is pointed at from the list by key, and stays by a click', async () => {
  const screen = await show(runs);
  await expect.poll(() => dots('true')).toHaveLength(2);
  const button = screen.getByRole('button', { name: /learning rate 3/ });
  button.element().focus();
  await expect.element(screen.getByText('50.0 % · 70.0 %')).toBeInTheDocument();
  await userEvent.keyboard('{Enter}');
  await expect.element(button).toHaveAttribute('aria-pressed', 'true');
  button.element().blur();
  await expect.element(screen.getByText('50.0 % · 70.0 %')).toBeInTheDocument();
  await userEvent.click(button);
  await expect.element(button).toHaveAttribute('aria-pressed', 'false');
});

test('any two quantities can be chosen, logarithmic, and are in the address', async () => {
  const screen = await show(runs);
  await screen.getByRole('combobox', { name: 'Across' }).selectOptions('seconds');
  await screen.getByRole('checkbox', { name: 'Across, logarithmic' }).click();
  await screen.getByRole('combobox', { name: 'Up' }).selectOptions(`${secondName} loss`);
  await expect
    .poll(() => compareStore.getState().extras)
    .toEqual({
      tx: '!cost/seconds',
      ty: `loss/${second}/classification`,
    });
  // All took as long, so the lowest loss beats every other.
  await expect
    .element(screen.getByText('Run 2 is at least as good as every other in both.', { exact: false }))
    .toBeVisible();
  expect(dots('true')).toEqual(['2']);
});

test('a part of an axis keeps the runs that pass there: by keys, by dragging, and none by a click', async () => {
  const screen = await show(runs);
  await expect.poll(through).toEqual(['1', '2', '3', '4']);
  const lower = screen.getByRole('slider', { name: `Lower end of ${firstName} accuracy` });
  lower.element().focus();
  await userEvent.keyboard('{PageUp}{PageUp}{PageUp}');
  await expect.poll(through).toEqual(['1']);
  expect(Number(lower.element().getAttribute('aria-valuenow'))).toBeGreaterThan(0.6);
  await expect.element(screen.getByText('1 of 4 runs lie in the chosen parts')).toBeVisible();
  await userEvent.keyboard('{Delete}');
  await expect.poll(through).toEqual(['1', '2', '3', '4']);
  const grip = sectionOf('All at once').querySelector(`[data-brush="metric/${second}/accuracy"] rect`);
  if (!grip) throw new Error('no grip');
  const box = grip.getBoundingClientRect();
  const at = (type: string, share: number) =>
    grip.dispatchEvent(
      new PointerEvent(type, {
        bubbles: true,
        pointerId: 1,
        clientX: box.left + box.width / 2,
        clientY: box.bottom - share * box.height,
      }),
    );
  // A made-up pointer cannot be captured.
  Object.defineProperty(grip, 'setPointerCapture', { value: () => undefined });
  at('pointerdown', 0.5);
  at('pointermove', 1);
  at('pointerup', 1);
  await expect.poll(through).toEqual(['2', '3']);
  at('pointerdown', 0.7);
  at('pointerup', 0.7);
  await expect.poll(through).toEqual(['1', '2', '3', '4']);
});

test('axes are chosen, and are in the address', async () => {
  const screen = await show(runs);
  await screen.getByRole('button', { name: /^Axes/ }).click();
  await screen.getByRole('checkbox', { name: 'parameters' }).click();
  await expect.poll(() => compareStore.getState().extras['axes']).toContain('cost/parameters');
  await expect.element(screen.getByRole('slider', { name: 'Upper end of parameters' })).toBeInTheDocument();
});

test('both drawings leave as pictures with their runs named', async () => {
  await show(runs);
  await expect.poll(() => dots('true')).toHaveLength(2);
  for (const name of ['Trade-off', 'All at once']) {
    const picture = await chartSvg(
      sectionOf(name),
      chartSpec('x', name, ''),
      legendOf([{ key: '1', name: 'learning rate 1', numbers: [1], runs: [], first: run('1', 0.9, 0.5) }])
        .data,
    );
    expect(picture.textContent).toContain('1 learning rate 1');
    expect(picture.querySelectorAll('path').length).toBeGreaterThan(2);
    expect((await pngFile(picture)).size).toBeGreaterThan(5000);
  }
});
