/** The learning rate, and the way to the window that looks for one. */
import { trainingSchema } from '#experiment/training.ts';
import { useExperiment } from '#stores/experiment.ts';
import { setView } from '#stores/view.ts';
import { fieldsOf } from '../shared/fields-of.ts';
import { FieldRow } from '../shared/FieldRow.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import { editTraining } from './edits.ts';
import styles from './run.module.css';

const field = fieldsOf(trainingSchema).find(({ key }) => key === 'learningRate');

export function LearningRateField() {
  const rate = useExperiment(({ experiment }) => experiment.training.learningRate);
  return (
    <FieldRow label={field?.title ?? 'Learning rate'}>
      {(ids) => (
        <span className={styles['withAction']}>
          <TextButton aria-haspopup="dialog" onClick={() => setView({ dialog: 'rate-finder' })}>
            Find…
          </TextButton>
          <NumberField
            {...ids}
            {...(field?.type === 'number' ? { minimum: field.minimum, maximum: field.maximum } : {})}
            value={rate}
            onCommit={(learningRate) => editTraining(() => ({ learningRate }))}
          />
        </span>
      )}
    </FieldRow>
  );
}
