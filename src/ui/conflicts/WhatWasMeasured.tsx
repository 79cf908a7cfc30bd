/** In one line: how many steps were measured, how often, and by which gradients. */
import { formatCount } from '#lib/format.ts';
import { runStore, useRun } from '#stores/run-state.ts';
import { useView } from '#stores/view.ts';
import { strategyOf } from '#strategies/index.ts';
import { useFramed } from '../charts/framed.ts';
import { subscribeMeasured } from './conflict-curves.ts';
import styles from './conflicts.module.css';

const subscribe = subscribeMeasured(500);

const readMeasured = () => {
  const { gramians } = runStore.getState();
  return `${gramians.length}/${gramians.last('byParameters')}`;
};

export function WhatWasMeasured() {
  const [count = '0', byParameters] = (useFramed(readMeasured, subscribe) ?? '').split('/');
  const every = useView((state) => state.watchEvery);
  const kind = useRun((state) => state.experiment?.strategy.kind ?? 'equal');
  const { needs, name } = strategyOf(kind);
  const rhythm =
    needs !== 'losses'
      ? `at every step, as ${name} looks at them`
      : every === null
        ? 'but no more: measuring is off'
        : `one every ${every === 1 ? 'step' : `${formatCount(every)} steps`}`;
  return (
    <p className={styles['measured']}>
      Gradients {byParameters === '1' ? 'by all shared parameters' : 'by the shared representation'},{' '}
      {formatCount(Number(count))} {count === '1' ? 'step' : 'steps'} measured, {rhythm}.
    </p>
  );
}
