/** Asks the methods in a worker of its own: with forty tasks some of them think for longer than a page may stand still. */
import '../../no-eval.ts';
import { strategyOf } from '#strategies/index.ts';
import { type Answer, ask, type Candidate, type Moment } from './directions.ts';

/** What the page sends: a moment, and whom to ask about it. */
export interface Question {
  readonly moment: Moment;
  readonly candidates: readonly Candidate[];
}

self.addEventListener('message', ({ data: { moment, candidates } }: MessageEvent<Question>) => {
  self.postMessage(candidates.map((each): Answer => ask(strategyOf(each.id), each, moment)));
});
