/** Choosing a method as a person does: in the list, in the window that compares all, with its settings and gradients. */
import '@mantine/core/styles.layer.css';
import { MantineProvider } from '@mantine/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { userEvent } from 'vitest/browser';
import { editExperiment, experimentStore, openExperiment } from '#stores/experiment.ts';
import { setView, viewStore } from '#stores/view.ts';
import { strategies, strategyOf } from '#strategies/index.ts';
import { fieldsOf } from '../shared/fields-of.ts';
import { cssVariables, theme } from '../theme.ts';
import { chooseMethod } from './edits.ts';
import { gradientsOf } from './method-words.ts';
import { StrategySettings } from './StrategySettings.tsx';

const start = experimentStore.getState().experiment;
const ids = Object.keys(strategies);
const strategyNow = () => experimentStore.getState().experiment.strategy;

function show() {
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <div id="floating" />
      <div style={{ width: 240 }}>
        <StrategySettings />
      </div>
    </MantineProvider>,
  );
}

beforeEach(() => {
  openExperiment(start);
  setView({ dialog: null });
});

describe('the list', () => {
  test('has every method of the registry, by what it looks at', async () => {
    const screen = await show();
    const list = screen.getByRole('combobox', { name: 'Balance by' });
    const groups = [...list.element().querySelectorAll('optgroup')];
    expect(groups.map(({ label }) => label)).toEqual([
      'Fixed weights',
      'Looks at the losses',
      'Looks at the gradients',
    ]);
    const [fixed, losses, gradients] = groups.map((group) =>
      [...group.querySelectorAll('option')].map(({ value }) => value),
    );
    expect(fixed).toEqual(ids.filter((id) => strategyOf(id).constant));
    expect(losses).toEqual(ids.filter((id) => strategyOf(id).needs === 'losses' && !strategyOf(id).constant));
    expect(gradients).toEqual(ids.filter((id) => strategyOf(id).needs !== 'losses'));
  });

  test('chooses with default settings, explains, and undo takes it back', async () => {
    const screen = await show();
    await screen.getByRole('combobox', { name: 'Balance by' }).selectOptions('CAGrad');
    expect(strategyNow()).toEqual({ kind: 'cagrad', settings: {}, gradients: 'representation' });
    await expect.element(screen.getByText(strategyOf('cagrad').help).first()).toBeInTheDocument();
    experimentStore.temporal.getState().undo();
    expect(strategyNow().kind).toBe(start.strategy.kind);
  });

  test('with one task says that there is nothing to balance', async () => {
    const screen = await show();
    expect(screen.container.textContent).not.toContain('all methods come to the same');
    editExperiment((experiment) => {
      const [task] = experiment.tasks;
      if (!task) throw new Error('no task');
      return { ...experiment, tasks: [task], heads: { [task.id]: experiment.heads[task.id] } };
    });
    await expect.element(screen.getByText('all methods come to the same')).toBeVisible();
  });
});

describe('settings', () => {
  test.each(ids)('of %s show their defaults, and every one can be changed', async (id) => {
    chooseMethod(id);
    const screen = await show();
    const { schema } = strategyOf(id);
    const defaults = schema.parse({}) as Readonly<Record<string, unknown>>;
    for (const field of fieldsOf(schema)) {
      if (field.type === 'choice') {
        const control = screen.getByRole('combobox', { name: field.title, exact: true });
        await expect.element(control).toHaveValue(String(defaults[field.key]));
        const other = field.options.find((option) => option !== defaults[field.key]) ?? '';
        await control.selectOptions(String(other));
        expect(strategyNow().settings[field.key], field.key).toBe(other);
      } else if (field.type === 'number') {
        const control = screen.getByRole('spinbutton', { name: field.title, exact: true });
        expect(Number((control.element() as HTMLInputElement).value), field.key).toBe(defaults[field.key]);
        const other = [1, 2, 0.5, 0.005].find(
          (value) => value !== defaults[field.key] && schema.safeParse({ [field.key]: value }).success,
        );
        await control.fill(String(other));
        await userEvent.keyboard('{Enter}');
        expect(strategyNow().settings[field.key], field.key).toBe(other);
      } else throw new Error(`${id}: nobody has tried a ${field.type} yet`);
    }
    expect(strategyNow().kind).toBe(id);
    expect(experimentStore.getState().rejected).toEqual([]);
  });
});

describe('gradients', () => {
  test('are chosen where there is a choice, with what either costs; by keyboard, too', async () => {
    chooseMethod('pcgrad');
    const screen = await show();
    const group = screen.getByRole('group', { name: 'Gradients by' });
    const shared = group.getByRole('radio', { name: 'Shared representation' });
    const all = group.getByRole('radio', { name: 'All shared parameters' });
    await expect.element(shared).toBeChecked();
    const factor = (text: string | null) => Number(/≈ ([\d.]+)× the arithmetic/.exec(text ?? '')?.[1]);
    const [cheap, exact] = [...group.element().querySelectorAll('small')].map(
      ({ textContent }) => textContent,
    );
    expect(factor(cheap ?? '')).toBeLessThan(1.3);
    expect(factor(exact ?? '')).toBeGreaterThan(factor(cheap ?? ''));
    expect(exact).toMatch(/, \+\d[\d.]* [kM]B$/);
    shared.element().focus();
    await userEvent.keyboard('{ArrowDown}');
    await expect.element(all).toBeChecked();
    expect(strategyNow()).toMatchObject({ kind: 'pcgrad', gradients: 'parameters' });
    await screen.getByRole('combobox', { name: 'Balance by' }).selectOptions('MGDA');
    expect(strategyNow()).toMatchObject({ kind: 'mgda', gradients: 'parameters' });
  });

  test('are not chosen where only one kind makes sense, or none is looked at', async () => {
    const screen = await show();
    for (const id of ids) {
      chooseMethod(id);
      const which = gradientsOf(strategyOf(id));
      await expect
        .poll(() => screen.container.querySelectorAll('input[type=radio]').length, { message: id })
        .toBe(which === 'either' ? 2 : 0);
      expect(screen.container.textContent.includes('by nothing less'), id).toBe(which === 'parameters');
    }
  });
});

describe('the window that compares all', () => {
  test('finds by words, tells all about a method with its paper, and switches to it', async () => {
    const screen = await show();
    await screen.getByRole('button', { name: 'Compare all methods' }).click();
    const dialog = screen.getByRole('dialog');
    await expect.element(dialog).toBeVisible();
    await dialog.getByRole('textbox', { name: 'Search methods' }).fill('surgery neurips');
    const found = () => [...dialog.element().querySelectorAll('li')].map(({ textContent }) => textContent);
    await expect.poll(() => found().length).toBe(1);
    expect(found()[0]).toMatch(/^PCGrad/);
    await dialog.getByRole('button', { name: /^PCGrad/ }).click();
    const { paper } = strategyOf('pcgrad');
    const link = dialog.getByRole('link', { name: new RegExp(paper?.title ?? '-') });
    await expect.element(link).toHaveAttribute('href', paper?.url ?? '');
    await expect.element(link).toHaveAttribute('target', '_blank');
    await expect.element(link).toHaveAttribute('rel', 'noopener noreferrer');
    await expect.element(dialog.getByText('inner products of the task gradients')).toBeVisible();
    await dialog.getByRole('button', { name: 'Use this method' }).click();
    expect(strategyNow().kind).toBe('pcgrad');
    expect(viewStore.getState().dialog).toBeNull();
    await expect.element(dialog).not.toBeInTheDocument();
  });

  test('says so where nothing is found, and Escape closes it', async () => {
    const screen = await show();
    await screen.getByRole('button', { name: 'Compare all methods' }).click();
    await screen.getByRole('textbox', { name: 'Search methods' }).fill('no such thing');
    await expect.element(screen.getByText('No method is called or described like that.')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => viewStore.getState().dialog).toBeNull();
    expect(strategyNow()).toEqual(start.strategy);
  });
});
