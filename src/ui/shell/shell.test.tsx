import '@mantine/core/styles.layer.css';
import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { userEvent } from 'vitest/browser';
import { editExperiment, experimentStore, openExperiment } from '#stores/experiment.ts';
import { setView, viewStore } from '#stores/view.ts';
import { cssVariables, theme } from '../theme.ts';
import { TrainingSettings } from '../run/TrainingSettings.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { ExperimentName } from './ExperimentName.tsx';
import { openLink } from './link.ts';
import { Problems } from './Problems.tsx';
import { ShortcutList } from './ShortcutList.tsx';
import { toHash } from '#experiment/link.ts';

const start = experimentStore.getState().experiment;
const nameNow = () => experimentStore.getState().experiment.name;
const rename = (name: string) => editExperiment((experiment) => ({ ...experiment, name }));

function show(children: ReactNode) {
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      {children}
    </MantineProvider>,
  );
}

beforeEach(() => {
  openExperiment(start);
  setView({ dialog: null, selection: null });
  history.replaceState(null, '', location.pathname + location.search);
});

test('a refused edit is explained where it stands, changes nothing and can be dismissed', async () => {
  const screen = await show(
    <>
      <Problems />
      <TrainingSettings />
    </>,
  );
  const batch = screen.getByRole('spinbutton', { name: 'Batch size' });
  await batch.fill('0');
  await userEvent.keyboard('{Enter}');
  const alert = screen.getByRole('alert');
  await expect.element(alert).toHaveTextContent('training.batchSize');
  await expect.element(alert).toHaveTextContent('but is 0');
  await expect.element(alert).toHaveTextContent('Use at least 1');
  await expect.element(batch).toHaveValue('256');
  await screen.getByRole('button', { name: 'Dismiss' }).click();
  await expect.element(alert).not.toBeInTheDocument();
  expect(experimentStore.getState().experiment).toEqual(start);
});

test('a network that does not fit says where and how to mend it, and undo mends it', async () => {
  const screen = await show(<Problems />);
  editExperiment((experiment) => ({
    ...experiment,
    trunk: experiment.trunk.map((layer) => (layer.kind === 'conv2d' ? { ...layer, kernel: 15 } : layer)),
  }));
  await expect.element(screen.getByRole('alert')).toHaveTextContent('trunk.2.kernel');
  await screen.getByRole('button', { name: 'Undo the last edit' }).click();
  await expect.element(screen.getByRole('alert')).not.toBeInTheDocument();
  expect(experimentStore.getState().experiment).toEqual(start);
});

test('keys undo and redo, open the list of keys, remove the selected layer and rest while one types', async () => {
  const screen = await show(
    <>
      <CommandPalette />
      <ShortcutList />
      <ExperimentName />
    </>,
  );
  rename('First');
  rename('Second');
  await userEvent.keyboard('{Control>}z{/Control}');
  expect(nameNow()).toBe('First');
  await userEvent.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
  expect(nameNow()).toBe('Second');

  const field = screen.getByRole('textbox', { name: 'Name of the experiment' });
  await field.fill('Third');
  await userEvent.keyboard('?.');
  expect(viewStore.getState().dialog).toBeNull();
  await userEvent.keyboard('{Enter}');
  expect(nameNow()).toBe('Third?.');

  setView({ selection: 'trunk.1' });
  await userEvent.keyboard('{Delete}');
  expect(experimentStore.getState().experiment.trunk).toHaveLength(start.trunk.length - 1);

  await userEvent.keyboard('?');
  await expect.element(screen.getByRole('dialog', { name: 'Keys' })).toHaveTextContent('Train one step');
});

test('the command palette finds commands by name and runs them', async () => {
  const screen = await show(<CommandPalette />);
  await userEvent.keyboard('{Control>}k{/Control}');
  await screen.getByRole('textbox', { name: 'Find a command' }).fill('resnet');
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await expect.poll(() => experimentStore.getState().experiment.trunk).not.toEqual(start.trunk);
});

test('a link opens its experiment; a damaged one changes nothing', async () => {
  const hash = await toHash({ ...start, name: 'From a link', seed: 7 });
  history.replaceState(null, '', hash);
  await openLink();
  expect(experimentStore.getState().experiment).toMatchObject({ name: 'From a link', seed: 7 });
  history.replaceState(null, '', hash.slice(0, 30));
  await openLink();
  expect(nameNow()).toBe('From a link');
});
