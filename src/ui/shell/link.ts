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

/** The address that opens the current experiment, and nothing else: what is compared is of this browser only. */
export async function linkToExperiment(): Promise<string> {
  const url = new URL(location.href);
  url.search = '';
  url.hash = await toHash(experimentStore.getState().experiment);
  return url.href;
}

/**
 * Writes the current experiment into the address bar, beside what else is there. While a study has the page, the address
 * stays that of the reader's own experiment.
 */
export async function writeLink(): Promise<void> {
  const { experiment, lock } = experimentStore.getState();
  if (lock !== null) return;
  const hash = await toHash(experiment);
  // replaceState leaves no trail in the browser's history and fires no hashchange.
  history.replaceState(history.state, '', `${location.pathname}${location.search}${hash}`);
}

/** Keeps address and experiment in step, so that reloading the page loses nothing. */
export function followLink(): void {
  addEventListener('hashchange', ({ oldURL, newURL }) => {
    // Going back out of a window that is in the address, or into it, changes no experiment.
    const isWindow = new URL(oldURL).search !== new URL(newURL).search;
    void (isWindow ? writeLink() : openLink());
  });
  let waiting: ReturnType<typeof setTimeout> | undefined;
  experimentStore.subscribe(({ experiment, lock }, before) => {
    if (experiment === before.experiment || lock !== null) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => void writeLink(), 400);
  });
}
