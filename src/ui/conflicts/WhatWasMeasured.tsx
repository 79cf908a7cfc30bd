/** In one line: how many steps were measured, how often, and by which gradients. */
import { formatCount } from '#lib/format.ts';
import { runStore, useRun } from '#stores/run-state.ts';
import { useView } from '#stores/view.ts';
import { strategyOf } from '#strategies/index.ts';
import { useFramed } from '../charts/framed.ts';
import { subscribeMeasured } from './conflict-curves.ts';
import styles from './conflicts.module.css';

const subscribe = subscribeMeasured(500);

export function WhatWasMeasured() {
  const measured = useFramed(readMeasured, subscribe);
  const every = useView((state) => state.watchEvery);
  const kind = useRun((state) => state.experiment?.strategy.kind ?? 'equal');
  if (!measured) return <p className={styles['measured']}>&nbsp;</p>;
  const { needs, name } = strategyOf(kind);
  const rhythm =
    needs !== 'losses'
      ? `at every step, as ${name} looks at them`
      : every === null
        ? 'but no more: measuring is off'
        : `one every ${every === 1 ? 'step' : `${formatCount(every)} steps`}`;
  return (
    <p className={styles['measured']}>
      Gradients {measured.by}, {formatCount(measured.count)} {measured.count === 1 ? 'step' : 'steps'}{' '}
      measured, {rhythm}.
    </p>
  );
}

interface Measured {
  readonly count: number;
  /** "by all shared parameters", and since when where that has changed. */
  readonly by: string;
}

function readMeasured(): Measured {
  const { gramians } = runStore.getState();
  const kinds = gramians.column('byParameters');
  const words = (kind: number | undefined) =>
    kind === 1 ? 'by all shared parameters' : 'by the shared representation';
  const now = kinds.at(-1);
  const other = kinds.findLastIndex((kind) => kind !== now);
  const since = formatCount(gramians.column('step')[other + 1] ?? 0);
  const by = other < 0 ? words(now) : `${words(now)} since step ${since} (before: ${words(kinds[other])})`;
  return { count: kinds.length, by };
}
