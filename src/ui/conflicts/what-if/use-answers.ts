/** The answers of all methods to the latest measured step, worked out in a worker while the view is shown. */
import { useEffect, useState } from 'react';
import { runStore, type RunState } from '#stores/run-state.ts';
import { strategies, strategyOf } from '#strategies/index.ts';
import { throttled } from '../../charts/framed.ts';
import type { Answer, Candidate } from './directions.ts';
import type { Question } from './entry-answers.ts';
import { type MeasuredMoment, momentOf } from './moment.ts';

/** Milliseconds between two sets of answers: more often than that nobody can read numbers. */
const refreshEvery = 500;

export interface Answers {
  readonly moment: MeasuredMoment;
  /** In the registry's order. */
  readonly answers: readonly Answer[];
  /** The method by which the run trains. */
  readonly inUse: string;
}

function candidatesFor({ experiment, methodSince }: RunState, moment: MeasuredMoment): Candidate[] {
  const { kind, settings } = experiment?.strategy ?? { kind: '', settings: {} };
  return Object.keys(strategies).map((id) => {
    if (id !== kind) return { id };
    const remembered = strategyOf(id).remembers && moment.step > methodSince;
    return { id, settings, ...(remembered ? { live: moment.live } : {}) };
  });
}

/** What the answers follow from, to ask only when it is another. */
const keyOf = ({ experiment, run, methodSince }: RunState, { step }: MeasuredMoment) =>
  JSON.stringify([run, step, methodSince, experiment?.strategy]);

/** Asks as long as it is not stopped; tells null where nothing was measured. */
function keepAsking(tell: (answers: Answers | null) => void): () => void {
  const worker = new Worker(new URL('./entry-answers.ts', import.meta.url), { type: 'module' });
  let asked = '';
  let waiting: Omit<Answers, 'answers'> | null = null;
  const refresh = throttled(() => {
    const run = runStore.getState();
    const moment = momentOf(run);
    const key = moment ? keyOf(run, moment) : 'nothing';
    // One question at a time: were the last one dropped for the next, slow methods would never be heard.
    if (key === asked || waiting) return;
    asked = key;
    if (!moment) return tell(null);
    waiting = { moment, inUse: run.experiment?.strategy.kind ?? '' };
    worker.postMessage({ moment, candidates: candidatesFor(run, moment) } satisfies Question);
  }, refreshEvery);
  worker.addEventListener('message', ({ data }: MessageEvent<readonly Answer[]>) => {
    if (waiting) tell({ ...waiting, answers: data });
    waiting = null;
    refresh.call();
  });
  refresh.call();
  const unsubscribe = runStore.subscribe(refresh.call);
  return () => {
    unsubscribe();
    refresh.cancel();
    worker.terminate();
  };
}

/** Null before the first. While they are held, they stay as they are. */
export function useAnswers(held: boolean): Answers | null {
  const [answers, setAnswers] = useState<Answers | null>(null);
  useEffect(() => (held ? undefined : keepAsking(setAnswers)), [held]);
  return answers;
}
