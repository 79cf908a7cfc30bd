/** The checkpoints of a run as a person meets them. */
import '@mantine/core/styles.layer.css';
import '../tokens.css';
import '../base.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { beforeEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { page } from 'vitest/browser';
import { viewStore } from '#stores/view.ts';
import { cssVariables, theme } from '../theme.ts';
import { record } from './testing.ts';
import { Timeline } from './Timeline.tsx';

const show = (isElsewhere = false) =>
  render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <Notifications />
      <div id="floating" />
      <Timeline record={record('1', { totalSteps: 800 })} isElsewhere={isElsewhere} />
    </MantineProvider>,
  );

beforeEach(async () => {
  await page.viewport(1440, 900);
  viewStore.setState(viewStore.getInitialState(), true);
});

test('begins with the last checkpoint, and tells how the run did at the chosen one', async () => {
  const screen = await show();
  await expect
    .element(screen.getByRole('button', { name: 'Step 400' }))
    .toHaveAttribute('aria-pressed', 'true');
  await expect.element(screen.getByText('of 800, mean validation loss')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Go back here' }).query()).toBeNull();
  await screen.getByRole('button', { name: 'Step 300' }).click();
  await expect.element(screen.getByText(', the best')).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Go back here' })).toBeVisible();
});

test('stands where the steps are', async () => {
  const screen = await show();
  const track = screen
    .getByRole('button', { name: 'Step 300' })
    .element()
    .parentElement?.getBoundingClientRect();
  const place = screen.getByRole('button', { name: 'Step 300' }).element().getBoundingClientRect();
  if (!track) throw new Error('no track');
  expect((place.x + place.width / 2 - track.x) / track.width).toBeCloseTo(300 / 800, 2);
});

test('opens the race from there; a run that another page has cannot be gone back in', async () => {
  const screen = await show(true);
  await screen.getByRole('button', { name: 'Step 300' }).click();
  expect(screen.getByRole('button', { name: 'Go back here' }).query()).toBeNull();
  await screen.getByRole('button', { name: 'Race from here…' }).click();
  expect(viewStore.getState()).toMatchObject({
    dialog: 'studies',
    studyKind: 'race',
    raceFrom: { run: '1', step: 300 },
  });
});
