import '@mantine/core/styles.layer.css';
import { MantineProvider } from '@mantine/core';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { userEvent } from 'vitest/browser';
import { z } from 'zod';
import { cssVariables, theme } from '../theme.ts';
import { SchemaForm } from './SchemaForm.tsx';

const schema = z.strictObject({
  kind: z.literal('demo'),
  rate: z.number().gt(0).default(1e-3).meta({ title: 'Rate', description: 'How fast.' }),
  filters: z.int().min(1).max(64).default(8).meta({ title: 'Filters' }),
  clip: z.number().gt(0).nullable().default(null).meta({ title: 'Clip' }),
  size: z.literal([28, 36]).default(36).meta({ title: 'Size' }),
  activation: z.enum(['relu', 'leaky-relu']).default('relu').meta({ title: 'Activation' }),
  bias: z.boolean().default(true).meta({ title: 'Bias' }),
});

/** Keeps what the form commits, unless the schema refuses it, as the stores do. */
function Form({ log }: { log: [string, unknown][] }) {
  const [value, setValue] = useState(schema.parse({ kind: 'demo' }));
  const onChange = (key: string, next: unknown) => {
    log.push([key, next]);
    const parsed = schema.safeParse({ ...value, [key]: next });
    if (parsed.success) setValue(parsed.data);
  };
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <SchemaForm schema={schema} value={value} onChange={onChange} />
    </MantineProvider>
  );
}

test('a schema becomes named controls that commit when a person is done', async () => {
  const log: [string, unknown][] = [];
  const screen = await render(<Form log={log} />);
  const rate = screen.getByRole('spinbutton', { name: 'Rate' });
  await expect.element(rate).toHaveValue('1e-3');
  await expect.element(rate).toHaveAccessibleDescription('How fast.');
  await rate.fill('5e-2');
  expect(log).toEqual([]);
  await userEvent.keyboard('{Enter}');
  await expect.element(rate).toHaveValue('0.05');

  await screen.getByRole('spinbutton', { name: 'Filters' }).click();
  await userEvent.keyboard('{ArrowUp}');
  await screen.getByRole('combobox', { name: 'Size' }).selectOptions('28');
  await screen.getByRole('combobox', { name: 'Activation' }).selectOptions('Leaky ReLU');
  await screen.getByText('Bias').click();
  expect(log).toEqual([
    ['rate', 0.05],
    ['filters', 9],
    ['size', 28],
    ['activation', 'leaky-relu'],
    ['bias', false],
  ]);
  expect(screen.container.textContent).not.toContain('Kind');
});

test('a number may be left empty only where the schema allows null, and Escape brings back', async () => {
  const log: [string, unknown][] = [];
  const screen = await render(<Form log={log} />);
  const clip = screen.getByRole('spinbutton', { name: 'Clip' });
  await clip.fill('2,5');
  await userEvent.keyboard('{Enter}');
  await clip.fill('');
  await userEvent.keyboard('{Enter}');
  const filters = screen.getByRole('spinbutton', { name: 'Filters' });
  await filters.fill('');
  await userEvent.keyboard('{Enter}');
  await expect.element(filters).toHaveValue('8');
  await filters.fill('12');
  await userEvent.keyboard('{Escape}');
  await expect.element(filters).toHaveValue('8');
  expect(log).toEqual([
    ['clip', 2.5],
    ['clip', null],
  ]);
});

test('a value that the document refuses is offered to it, then falls back', async () => {
  const log: [string, unknown][] = [];
  const screen = await render(<Form log={log} />);
  const filters = screen.getByRole('spinbutton', { name: 'Filters' });
  await filters.fill('1000');
  await userEvent.tab();
  expect(log).toEqual([['filters', 1000]]);
  await expect.element(filters).toHaveValue('8');
});
