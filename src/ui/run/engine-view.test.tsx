import '@mantine/core/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import type { EngineDetails } from '#stores/engine.ts';
import { cssVariables, theme } from '../theme.ts';
import { EngineView } from './EngineView.tsx';

const details: EngineDetails = {
  mode: 'replayed',
  dispatches: 29,
  uploadedBytes: 0,
  planBytes: 31_000_000,
  heldBytes: 78_000_000,
  stepsPerSubmit: 4,
  stepMilliseconds: 92.4,
  scriptMilliseconds: 0.31,
  kernels: [
    { name: 'relu', problem: '', variant: '', choice: 'only', count: 3, flops: 0 },
    {
      name: 'correlate',
      problem: 'convolution 5×5, 1 → 10 channels, 24×24, batch 256',
      variant: 'quads, 8 pixels × 12 channels',
      choice: 'tuned',
      count: 1,
      rejected: ['none, 16 pixels: is off by 0.1', 'broadcast: no such builtin'],
      flops: 73_728_000,
      milliseconds: 5.1,
    },
    {
      name: 'filter-gradient',
      problem: 'filter gradient 5×5',
      variant: '16 parts',
      choice: 'default',
      count: 2,
      flops: 4_000_000,
    },
  ],
};

function show(shown: EngineDetails) {
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <EngineView details={shown} />
    </MantineProvider>,
  );
}

test('shows how the step runs, and its kernels by their share', async () => {
  const screen = await show(details);
  const terms = [...screen.container.querySelectorAll('dt')];
  const figure = (name: string) =>
    terms.find(({ textContent }) => textContent === name)?.nextSibling?.textContent;
  expect(figure('Step')).toBe('replayed');
  expect(figure('Time per step')).toBe('92.4 ms');
  expect(figure('JavaScript per step')).toBe('0.310 ms');
  expect(figure('Dispatches per step')).toBe('29');
  expect(figure('Uploaded per step')).toBe('0 B');
  expect(figure('Waited for data')).toBeUndefined();
  expect(figure('Memory held')).toBe('78 MB');
  const rows = screen.getByRole('row').elements().slice(1);
  const cells = rows.map((row) => [...row.children].map(({ textContent }) => textContent));
  const reason = screen.getByText('no such builtin', { exact: false });
  await expect.element(reason).not.toBeVisible();
  await screen.getByText('2 variants are of no use here').click();
  await expect.element(reason).toBeVisible();
  expect(cells).toEqual([
    [
      'correlateconvolution 5×5, 1 → 10 channels, 24×24, batch 256quads, 8 pixels × 12 channelsfastest of those tried2 variants are of no use herenone, 16 pixels: is off by 0.1broadcast: no such builtin',
      '5.10',
      '14.5',
      '5.5 %',
    ],
    ['filter-gradient × 2filter gradient 5×516 partsfirst guess', '–', '–', '–'],
    ['relu × 3', '–', '–', '–'],
  ]);
});

test('says why a step is not replayed, and what is missing', async () => {
  const reason = 'Only WebGPU can replay a step.';
  const screen = await show({ ...details, mode: 'eager', reason, kernels: [], stepMilliseconds: Number.NaN });
  await expect.element(screen.getByRole('status')).toHaveTextContent(reason);
  await expect.element(screen.getByText('run anew each time')).toBeVisible();
  await expect.element(screen.getByText('–').first()).toBeVisible();
  await expect.element(screen.getByText('Kernels are listed once', { exact: false })).toBeVisible();
  await expect.element(screen.getByRole('table')).not.toBeInTheDocument();
});

test('tells how long steps waited for a data set that streams', async () => {
  const screen = await show({ ...details, waitedForImages: 1234 });
  const term = [...screen.container.querySelectorAll('dt')].find(
    (each) => each.textContent === 'Waited for data',
  );
  expect(term?.nextSibling?.textContent).toBe('1,234 ms');
});
