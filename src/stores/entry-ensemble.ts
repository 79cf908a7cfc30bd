/** Judges an ensemble in a worker of its own: with many images, weights are fitted for longer than a page may stand still. */
import './no-eval.ts';
import { judge, type TaskResult, type TaskVotes } from '#studies/ensemble-results.ts';

/** What comes back: the results of all tasks, or why there are none. */
export type Judgement = { readonly results: readonly TaskResult[] } | { readonly problem: string };

self.addEventListener('message', ({ data }: MessageEvent<readonly TaskVotes[]>) => {
  let judgement: Judgement;
  try {
    judgement = { results: data.map(judge) };
  } catch (error) {
    judgement = { problem: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(judgement);
});
