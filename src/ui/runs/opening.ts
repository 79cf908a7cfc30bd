/** Puts a kept run, or its experiment, onto the page, in the place of the run that is there. */
import { duplicateRun, openRun, type RunRecord } from '#stores/library.ts';
import { train } from '#stores/run.ts';
import { runStore } from '#stores/run-state.ts';
import { setView } from '#stores/view.ts';
import { tell } from '../shell/notices.ts';

/** A run that is wanted on the page: as it is, training on, or only its experiment. */
export interface Wish {
  readonly record: RunRecord;
  readonly as: 'open' | 'resume' | 'duplicate';
}

/** Whether the run on the page is busy: it is asked about before another takes its place. */
export function isBusy(): boolean {
  const { status } = runStore.getState();
  return status === 'running' || status === 'preparing' || status === 'recovering';
}

/** Closes the window and does what is wanted; the run on the page is kept. What goes wrong is said on the page. */
export async function fulfil({ record: { id }, as }: Wish): Promise<void> {
  setView({ dialog: null });
  await (as === 'duplicate' ? duplicateRun(id) : openRun(id));
  const { status, error } = runStore.getState();
  if (error !== null) return;
  if (as === 'resume' && status === 'paused') await train();
  if (as === 'duplicate')
    tell('Its experiment is on the page', 'Train starts it afresh. Undo brings back the one before.');
}
