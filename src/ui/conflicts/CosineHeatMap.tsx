/** The cosines of all pairs of gradients at one measured step, and a slider over those steps. */
import { Slider } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useCallback, useMemo, useState } from 'react';
import { lowerBound } from '#lib/decimate.ts';
import { formatCount } from '#lib/format.ts';
import { runStore } from '#stores/run-state.ts';
import { useFramed } from '../charts/framed.ts';
import type { SeriesTable } from '#lib/series.ts';
import { TextButton } from '../shared/TextButton.tsx';
import { cosineColour, pairSentence } from './cosine-colour.ts';
import { CosineMatrix, type MatrixProps } from './CosineMatrix.tsx';
import { subscribeMeasured, type Tasks } from './conflict-curves.ts';
import { Explanation } from './Explanation.tsx';
import { cosinesAt, type Pair } from './measured.ts';
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
      {now ? (
        <>
          <Scrubber now={now} isLatest={shown === null} onShown={onShown} />
          <CosineMatrix
            names={names}
            cosines={now.cosines}
            width={width}
            chosen={chosen}
            onPoint={setPointed}
            onToggle={onToggle}
          />
          <output className={styles['sentence']}>
            {pointed ? sentence(names, pointed, now.cosines) : 'Click a cell to draw its pair as a curve.'}
          </output>
        </>
      ) : null}
      <Scale />
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
  readonly step: number;
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
  return { steps, row, step: steps[row] ?? 0, cosines: of.cosines };
}

interface ScrubberProps {
  readonly now: Shown;
  readonly isLatest: boolean;
  readonly onShown: (step: number | null) => void;
}

function Scrubber({ now: { steps, row, step }, isLatest, onShown }: ScrubberProps) {
  const last = steps.length - 1;
  const go = (to: number) => onShown(to >= last ? null : (steps[to] ?? null));
  return (
    <div className={styles['scrubber']}>
      <Slider
        size={3}
        min={0}
        max={Math.max(1, last)}
        step={1}
        disabled={last < 1}
        label={(to) => `step ${formatCount(steps[to] ?? 0)}`}
        thumbLabel="Measured step"
        thumbProps={{ 'aria-valuetext': `step ${formatCount(step)}${isLatest ? ', the latest' : ''}` }}
        value={last < 1 ? 1 : row}
        onChange={go}
      />
      <span className={styles['scrubbed']}>step {formatCount(step)}</span>
      <TextButton aria-pressed={isLatest} disabled={isLatest} onClick={() => onShown(null)}>
        Latest
      </TextButton>
    </div>
  );
}

/** What the colours mean. */
function Scale() {
  const stops = [-1, -0.5, 0, 0.5, 1].map((cosine) => cosineColour(cosine)).join(', ');
  return (
    <div className={styles['scale']} aria-hidden>
      <span>−1 against each other</span>
      <i style={{ background: `linear-gradient(to right, ${stops})` }} />
      <span>1 together</span>
    </div>
  );
}
