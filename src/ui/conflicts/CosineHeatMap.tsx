/** The cosines of all pairs of gradients at one measured step, and a slider over those steps. */
import { useElementSize } from '@mantine/hooks';
import { useCallback, useMemo, useState } from 'react';
import { lowerBound } from '#lib/decimate.ts';
import { runStore } from '#stores/run-state.ts';
import { useFramed } from '../charts/framed.ts';
import type { SeriesTable } from '#lib/series.ts';
import { cosineColour, pairSentence } from './cosine-colour.ts';
import { CosineMatrix, type MatrixProps } from './CosineMatrix.tsx';
import { subscribeMeasured, type Tasks } from './conflict-curves.ts';
import { Explanation } from './Explanation.tsx';
import { cosinesAt, type Pair } from './measured.ts';
import { Scrubber } from './Scrubber.tsx';
import styles from './conflicts.module.css';

interface CosineHeatMapProps extends Pick<MatrixProps, 'chosen' | 'onToggle'> {
  readonly tasks: Tasks;
  /** The step to show; null for the latest. */
  readonly shown: number | null;
  readonly onShown: (step: number | null) => void;
}

/** A matrix of many cells is drawn less often. */
const refreshEvery = (tasks: number) => (tasks <= 14 ? 100 : 400);

export function CosineHeatMap({ tasks, shown, onShown, chosen, onToggle }: CosineHeatMapProps) {
  const count = tasks.length;
  const { ref, width } = useElementSize();
  const [pointed, setPointed] = useState<Pair | null>(null);
  const subscribe = useMemo(() => subscribeMeasured(refreshEvery(count)), [count]);
  const read = useCallback(() => readShown(count, shown), [count, shown]);
  const now = useFramed(read, subscribe);
  const names = useMemo(() => tasks.map(({ name }) => name), [tasks]);
  return (
    <section ref={ref} className={styles['view']} aria-labelledby="cosine-heat-map">
      <h3 id="cosine-heat-map">How the gradients agree</h3>
      {now && width > 0 ? (
        <>
          <Scrubber steps={now.steps} row={now.row} isLatest={shown === null} onShown={onShown} />
          <div className={styles['matrixRow']}>
            <CosineMatrix
              names={names}
              cosines={now.cosines}
              width={width}
              chosen={chosen}
              onPoint={setPointed}
              onToggle={onToggle}
            />
            <div className={styles['matrixSide']}>
              <output className={styles['sentence']}>
                {pointed || count === 2
                  ? sentence(names, pointed ?? [0, 1], now.cosines)
                  : 'Click a cell to draw its pair as a curve.'}
              </output>
              <Scale />
            </div>
          </div>
        </>
      ) : null}
      <Explanation
        of="how the gradients agree"
        shows="Each cell is the cosine between the gradients of two tasks: 1 means that they want the same change of the shared layers, below 0 that they oppose each other."
        problem="A pair that stays clearly below zero: what one task learns, the other unlearns. Around zero is normal in large networks, as is some red here and there."
        remedy="A method that removes conflicts (PCGrad, UPGrad, MGDA), fewer shared layers, or not training the two together."
      />
    </section>
  );
}

function sentence(names: readonly string[], [i, j]: Pair, cosines: Float64Array): string {
  return pairSentence(names[i] ?? '', names[j] ?? '', i === j ? 1 : cosines[i * names.length + j], 3);
}

interface Shown {
  /** Measured steps, ascending. */
  readonly steps: Float64Array;
  readonly row: number;
  /** [tasks, tasks] */
  readonly cosines: Float64Array;
}

/** The matrix that was last computed for a table: the same object for the same row, so that it is not drawn again. */
const computed = new WeakMap<SeriesTable, { readonly row: number; readonly cosines: Float64Array }>();

function readShown(tasks: number, shown: number | null): Shown {
  const { gramians } = runStore.getState();
  const steps = gramians.column('step');
  const last = steps.length - 1;
  const row = shown === null ? last : Math.min(last, lowerBound(steps, shown));
  let of = computed.get(gramians);
  if (of?.row !== row) of = { row, cosines: cosinesAt(gramians, row, tasks) };
  computed.set(gramians, of);
  return { steps, row, cosines: of.cosines };
}

/** What the colours mean. */
function Scale() {
  const stops = [-1, -0.5, 0, 0.5, 1].map(cosineColour).join(', ');
  return (
    <div className={styles['scale']} aria-hidden>
      <i style={{ background: `linear-gradient(to right, ${stops})` }} />
      <span>−1 opposed</span>
      <span>1 agreed</span>
    </div>
  );
}
