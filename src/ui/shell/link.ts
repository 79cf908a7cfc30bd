/** The experiment in the address bar: opened on load and when the hash changes, written after every edit. */
import { ExperimentError } from '#experiment/problem.ts';
import { fromHash, toHash } from '#experiment/link.ts';
import { experimentStore, openExperiment } from '#stores/experiment.ts';
import { tellError } from './notices.ts';

/** Opens the link in the address bar, if there is one. A bad one is explained, and the page keeps what it has. */
export async function openLink(): Promise<void> {
  try {
    const experiment = await fromHash(location.hash);
    if (experiment) openExperiment(experiment);
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    tellError('This link cannot be opened', `${error.message} The page keeps the experiment it had.`);
  }
}

/** The address that opens the current experiment. */
export async function linkToExperiment(): Promise<string> {
  const url = new URL(location.href);
  url.hash = await toHash(experimentStore.getState().experiment);
  return url.href;
}

/** Keeps address and experiment in step, so that reloading the page loses nothing. */
export function followLink(): void {
  addEventListener('hashchange', () => void openLink());
  let waiting: ReturnType<typeof setTimeout> | undefined;
  experimentStore.subscribe(({ experiment }, before) => {
    if (experiment === before.experiment) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      // replaceState leaves no trail in the browser's history and fires no hashchange.
      void linkToExperiment().then((link) => history.replaceState(null, '', link));
    }, 400);
  });
}
