/** The learning-rate schedule: its kind, its settings, and the rate over the run as a small curve. */
import { useMemo } from 'react';
import { learningRateAt } from '#experiment/schedule.ts';
import { scheduleSchema, type Training } from '#experiment/training.ts';
import { useExperiment } from '#stores/experiment.ts';
import { useRun } from '#stores/run.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { FieldRow } from '../shared/FieldRow.tsx';
import { numberText } from '../shared/number-text.ts';
import { SchemaForm } from '../shared/SchemaForm.tsx';
import { useTotalSteps } from '../shell/run-state.ts';
import { chooseSchedule, editTraining } from './edits.ts';
import styles from './run.module.css';
import { kindsOf, memberOf } from './unions.ts';

export function ScheduleSettings() {
  const training = useExperiment(({ experiment }) => experiment.training);
  const { schedule, warmUp } = training;
  return (
    <>
      <FieldRow label="Schedule" help="How the learning rate changes over the run.">
        {(ids) => (
          <ChoiceField
            {...ids}
            value={schedule.kind}
            options={kindsOf(scheduleSchema)}
            onCommit={chooseSchedule}
          />
        )}
      </FieldRow>
      <SchemaForm
        schema={memberOf(scheduleSchema, schedule.kind)}
        value={schedule}
        onChange={(key, value) => editTraining(() => ({ schedule: { ...schedule, [key]: value } }))}
      />
      {schedule.kind === 'constant' && warmUp === 0 ? null : <SchedulePreview training={training} />}
    </>
  );
}

const width = 240;
const height = 44;
const most = 121;

function SchedulePreview({ training }: { readonly training: Training }) {
  const total = useTotalSteps();
  const step = useRun((run) => run.step);
  const { path, peak } = useMemo(() => {
    const points = Math.max(2, Math.min(most, total));
    const rates = Array.from({ length: points }, (_, i) =>
      learningRateAt(training, Math.round((i / (points - 1)) * (total - 1)), total),
    );
    const highest = Math.max(...rates, Number.MIN_VALUE);
    const at = (rate: number, i: number) =>
      `${((i / (points - 1)) * width).toFixed(1)} ${(height - 2 - (rate / highest) * (height - 4)).toFixed(1)}`;
    return { path: `M${rates.map(at).join('L')}`, peak: highest };
  }, [training, total]);
  const now = (Math.min(step, total) / total) * width;
  return (
    <figure className={styles['schedule']} aria-label="Learning rate over the run">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden>
        <path d={path} />
        {step > 0 ? <line x1={now} x2={now} y1={0} y2={height} /> : null}
      </svg>
      <figcaption>
        <span>peak {numberText(Number(peak.toPrecision(3)))}</span>
        <span>{total.toLocaleString('en-GB')} steps</span>
      </figcaption>
    </figure>
  );
}
