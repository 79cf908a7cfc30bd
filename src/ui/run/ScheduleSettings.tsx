/** The learning-rate schedule: its kind, its settings, and a preview. */
import { lazy, Suspense } from 'react';
import { scheduleSchema } from '#experiment/training.ts';
import { useExperiment } from '#stores/experiment.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { FieldRow } from '../shared/FieldRow.tsx';
import { SchemaForm } from '../shared/SchemaForm.tsx';
import { chooseSchedule, editTraining } from './edits.ts';
import { kindsOf, memberOf } from './unions.ts';

/** With recharts in it, which most visits do not need. */
const SchedulePreview = lazy(() =>
  import('./SchedulePreview.tsx').then((module) => ({ default: module.SchedulePreview })),
);

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
      {schedule.kind === 'constant' && warmUp === 0 ? null : (
        <Suspense fallback={null}>
          <SchedulePreview training={training} />
        </Suspense>
      )}
    </>
  );
}
