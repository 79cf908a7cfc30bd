/** The learning rate, and the way to the window that looks for one. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { trainingSchema } from '#experiment/training.ts';
import { useExperiment } from '#stores/experiment.ts';
import { setView } from '#stores/view.ts';
import { fieldsOf } from '../shared/fields-of.ts';
import { FieldRow } from '../shared/FieldRow.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import { editTraining } from './edits.ts';
import styles from './run.module.css';

const field = fieldsOf(trainingSchema).find(({ key }) => key === 'learningRate');

export function LearningRateField() {
  const rate = useExperiment(({ experiment }) => experiment.training.learningRate);
  return (
    <FieldRow label={field?.title ?? 'Learning rate'}>
      {(ids) => (
        <span className={styles['withAction']}>
          <Tooltip label="Find a learning rate">
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              aria-label="Find a learning rate"
              aria-haspopup="dialog"
              onClick={() => setView({ dialog: 'rate-finder' })}
            >
              <IconChartLine size={16} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
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
