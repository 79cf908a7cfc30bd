/** The learning rate over the run as a small curve. */
import { useMemo } from 'react';
import { Line, LineChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { learningRateAt } from '#experiment/schedule.ts';
import type { Training } from '#experiment/training.ts';
import { useRun } from '#stores/run-state.ts';
import { numberText } from '../shared/number-text.ts';
import { useTotalSteps } from '../shell/run-state.ts';
import styles from './run.module.css';

const margin = { top: 2, right: 0, bottom: 2, left: 0 };
const most = 121;

export function SchedulePreview({ training }: { readonly training: Training }) {
  const total = useTotalSteps();
  const step = useRun((run) => run.step);
  const rates = useMemo(() => {
    const points = Math.max(2, Math.min(most, total));
    return Array.from({ length: points }, (_, i) => {
      const at = Math.round((i / (points - 1)) * (total - 1));
      return { step: at, rate: learningRateAt(training, at, total) };
    });
  }, [training, total]);
  const peak = Math.max(...rates.map(({ rate }) => rate));
  return (
    <figure className={styles['schedule']} aria-label="Learning rate over the run">
      <ResponsiveContainer height={44}>
        <LineChart data={rates} margin={margin} accessibilityLayer={false}>
          <XAxis dataKey="step" type="number" domain={[0, total]} hide />
          <YAxis domain={[0, peak]} hide />
          <Line dataKey="rate" type="linear" dot={false} isAnimationActive={false} />
          {step > 0 ? <ReferenceLine x={Math.min(step, total)} /> : null}
        </LineChart>
      </ResponsiveContainer>
      <figcaption>
        <span>peak {numberText(Number(peak.toPrecision(3)))}</span>
        <span>{total.toLocaleString('en-GB')} steps</span>
      </figcaption>
    </figure>
  );
}
