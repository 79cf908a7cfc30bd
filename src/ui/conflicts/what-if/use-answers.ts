/** The answers of all methods to the latest measured step, worked out little by little while the view is shown. */
import { useEffect, useState } from 'react';
import { runStore, type RunState } from '#stores/run-state.ts';
import { strategies, strategyOf } from '#strategies/index.ts';
import { throttled } from '../../charts/framed.ts';
import { type Answer, ask, type Candidate } from './directions.ts';
import { type MeasuredMoment, momentOf } from './moment.ts';

/** Milliseconds between two sets of answers: more often than that nobody can read numbers. */
const refreshEvery = 500;
/** Methods are asked for so many milliseconds in one frame, one at least. */
const budget = 6;

export interface Answers {
  readonly moment: MeasuredMoment;
  readonly answers: readonly Answer[];
  /** The method by which the run trains. */
  readonly inUse: string;
}

function candidatesFor({ experiment, methodSince }: RunState, moment: MeasuredMoment): Candidate[] {
  const { kind, settings } = experiment?.strategy ?? { kind: '', settings: {} };
  return Object.keys(strategies).map((id) => {
    const strategy = strategyOf(id);
    if (id !== kind) return { id, strategy };
    const remembered = strategy.remembers && moment.step > methodSince;
    return { id, strategy, settings, ...(remembered ? { live: moment.live } : {}) };
  });
}

/** Asks in frames to come. Returns what stops it. */
function askSoon(
  candidates: readonly Candidate[],
  moment: MeasuredMoment,
  done: (answers: readonly Answer[]) => void,
): () => void {
  const answers: Answer[] = [];
  const askSome = () => {
    const end = performance.now() + budget;
    do {
      const next = candidates[answers.length];
      if (!next) return done(answers);
      answers.push(ask(next, moment));
    } while (performance.now() < end);
    frame = requestAnimationFrame(askSome);
  };
  let frame = requestAnimationFrame(askSome);
  return () => cancelAnimationFrame(frame);
}

/** What the answers follow from, to ask only when it is another. */
const keyOf = ({ experiment, run, methodSince }: RunState, { step }: MeasuredMoment) =>
  JSON.stringify([run, step, methodSince, experiment?.strategy]);

/** Null before the first. While they are held, they stay as they are. */
export function useAnswers(held: boolean): Answers | null {
  const [answers, setAnswers] = useState<Answers | null>(null);
  useEffect(() => {
    if (held) return undefined;
    let stop: (() => void) | undefined;
    let asked = '';
    const refresh = throttled(() => {
      const run = runStore.getState();
      const moment = momentOf(run);
      const key = moment ? keyOf(run, moment) : '';
      // Answers under way are waited for: were they stopped for newer ones, slow methods would never be heard.
      if (key === asked || stop) return;
      asked = key;
      if (!moment) return setAnswers(null);
      const inUse = run.experiment?.strategy.kind ?? '';
      stop = askSoon(candidatesFor(run, moment), moment, (found) => {
        stop = undefined;
        setAnswers({ moment, answers: found, inUse });
        refresh.call();
      });
    }, refreshEvery);
    refresh.call();
    const unsubscribe = runStore.subscribe(refresh.call);
    return () => {
      refresh.cancel();
      stop?.();
      unsubscribe();
    };
  }, [held]);
  return answers;
}
