/** How the network is trained: optimiser, learning rate and its schedule, batches, length, validation, stopping, seed. */
import { useState } from 'react';
import { optimiserSchema, trainingSchema } from '#experiment/training.ts';
import { editExperiment, useExperiment } from '#stores/experiment.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { FieldRow } from '../shared/FieldRow.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import { SchemaForm } from '../shared/SchemaForm.tsx';
import { Section } from '../shared/Section.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import { EarlyStopping } from './EarlyStopping.tsx';
import { chooseOptimiser, editTraining } from './edits.ts';
import { LearningRateField } from './LearningRateField.tsx';
import { ScheduleSettings } from './ScheduleSettings.tsx';
import { SpanField } from './SpanField.tsx';
import { kindsOf, memberOf } from './unions.ts';

/** The flat settings of training, each shown where it belongs. */
const flat = ['learningRate', 'warmUp', 'clipNorm', 'batchSize'];
const only = (...keys: string[]) => flat.filter((key) => !keys.includes(key));

const onChange = (key: string, value: unknown) => editTraining(() => ({ [key]: value }));

export function TrainingSettings() {
  const training = useExperiment(({ experiment }) => experiment.training);
  const [more, setMore] = useState(false);
  return (
    <Section
      title="Training"
      action={
        <TextButton aria-expanded={more} onClick={() => setMore(!more)}>
          {more ? 'Fewer settings' : 'All settings'}
        </TextButton>
      }
    >
      <OptimiserSettings all={more} />
      <LearningRateField />
      <ScheduleSettings />
      {more ? (
        <SchemaForm
          schema={trainingSchema}
          value={training}
          omit={only('warmUp', 'clipNorm')}
          onChange={onChange}
        />
      ) : null}
      <SchemaForm schema={trainingSchema} value={training} omit={only('batchSize')} onChange={onChange} />
      <SpanField
        label="Length"
        help="How long the run lasts."
        value={training.length}
        onCommit={(length) => editTraining(() => ({ length }))}
      />
      <SpanField
        label="Validate"
        help="How often the validation images are evaluated: every so many steps or epochs."
        value={training.validateEvery}
        onCommit={(validateEvery) => editTraining(() => ({ validateEvery }))}
      />
      {more || training.earlyStopping ? <EarlyStopping /> : null}
      <SeedField />
    </Section>
  );
}

function SeedField() {
  const seed = useExperiment(({ experiment }) => experiment.seed);
  return (
    <FieldRow
      label="Seed"
      help="Decides initial weights, data, order, augmentation and dropout: the same seed gives the same run."
    >
      {(ids) => (
        <NumberField
          {...ids}
          integer
          minimum={0}
          maximum={0xffffffff}
          value={seed}
          onCommit={(next) => editExperiment((experiment) => ({ ...experiment, seed: next }))}
        />
      )}
    </FieldRow>
  );
}

function OptimiserSettings({ all }: { readonly all: boolean }) {
  const optimiser = useExperiment(({ experiment }) => experiment.training.optimiser);
  return (
    <>
      <FieldRow label="Optimiser">
        {(ids) => (
          <ChoiceField
            {...ids}
            value={optimiser.kind}
            options={kindsOf(optimiserSchema)}
            onCommit={chooseOptimiser}
          />
        )}
      </FieldRow>
      {all ? (
        <SchemaForm
          schema={memberOf(optimiserSchema, optimiser.kind)}
          value={optimiser}
          onChange={(key, value) => editTraining(() => ({ optimiser: { ...optimiser, [key]: value } }))}
        />
      ) : null}
    </>
  );
}
