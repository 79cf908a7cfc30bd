/** A slider over the steps at which something was measured, which follows the latest until it is moved. */
import { Slider } from '@mantine/core';
import { formatCount } from '#lib/format.ts';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './scrubber.module.css';

interface ScrubberProps {
  /** Measured steps, ascending. */
  readonly steps: ArrayLike<number>;
  /** Which of them is shown. */
  readonly row: number;
  readonly isLatest: boolean;
  /** Called with the step to show; null for whatever is the latest. */
  readonly onShown: (step: number | null) => void;
}

export function Scrubber({ steps, row, isLatest, onShown }: ScrubberProps) {
  const last = steps.length - 1;
  const step = steps[row] ?? 0;
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
        thumbValueText={`step ${formatCount(step)}${isLatest ? ', the latest' : ''}`}
        value={last < 1 ? 1 : row}
        onChange={(to) => onShown(to >= last ? null : (steps[to] ?? null))}
      />
      <span className={styles['scrubbed']}>step {formatCount(step)}</span>
      <TextButton aria-pressed={isLatest} disabled={isLatest} onClick={() => onShown(null)}>
        Latest
      </TextButton>
    </div>
  );
}
