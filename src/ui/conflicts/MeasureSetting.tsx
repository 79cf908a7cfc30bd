/** How often the gradients are measured on the side, and what that costs. */
import { useCallback, useId } from 'react';
import { formatValue } from '#lib/format.ts';
import { runStore } from '#stores/run-state.ts';
import { setView, useView } from '#stores/view.ts';
import { useFramed } from '../charts/framed.ts';
import { NumberField } from '../shared/NumberField.tsx';
import { subscribeMeasured } from './conflict-curves.ts';
import { measuringCost } from './measured.ts';
import styles from './conflicts.module.css';

const subscribe = subscribeMeasured(500);

export function MeasureSetting() {
  const every = useView((state) => state.watchEvery);
  const id = useId();
  const costId = `${id}-cost`;
  return (
    <div className={styles['measure']}>
      <label htmlFor={id}>Measure every</label>
      <NumberField
        id={id}
        aria-describedby={costId}
        value={every}
        integer
        nullable
        minimum={1}
        maximum={100_000}
        onCommit={(next) => {
          if (next === null || next >= 1) setView({ watchEvery: next && Math.round(next) });
        }}
      />
      <span>{every === 1 ? 'step' : 'steps'}</span>
      <output id={costId} className={styles['cost']}>
        <Cost every={every} />
      </output>
    </div>
  );
}

/** "4 ms, +1.2 % time" as it was measured in this run. */
function Cost({ every }: { readonly every: number | null }) {
  const read = useCallback(() => (every === null ? '' : costText(every)), [every]);
  return useFramed(read, subscribe);
}

function costText(every: number): string {
  const { layerGramians, series } = runStore.getState();
  const taken = layerGramians.slice(-15).map(({ milliseconds }) => milliseconds);
  const cost = measuringCost(taken, series.column('seconds'), every);
  if (!cost) return '';
  const { milliseconds, share } = cost;
  const text = `${milliseconds < 9.95 ? formatValue(Number(milliseconds.toFixed(1))) : Math.round(milliseconds)} ms`;
  return Number.isFinite(share) ? `${text} each: +${percent(share)} time` : `${text} each`;
}

const percent = (share: number) =>
  share < 0.0005 ? '<0.1 %' : `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`;
