/** A length of training: a number of steps or of epochs. */
import type { Training } from '#experiment/training.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { FieldRow } from '../shared/FieldRow.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import styles from './run.module.css';

type Span = Training['length'];

interface SpanFieldProps {
  readonly label: string;
  readonly help: string;
  readonly value: Span;
  readonly onCommit: (value: Span) => void;
}

export function SpanField({ label, help, value, onCommit }: SpanFieldProps) {
  return (
    <FieldRow label={label} help={help}>
      {(ids) => (
        <span className={styles['span']}>
          <NumberField
            {...ids}
            integer
            minimum={1}
            value={value.count}
            onCommit={(count) => onCommit({ ...value, count })}
          />
          <ChoiceField
            aria-label={`${label}: unit`}
            value={value.unit}
            options={['steps', 'epochs'] as const}
            labelOf={(unit) => unit}
            onCommit={(unit) => onCommit({ ...value, unit })}
          />
        </span>
      )}
    </FieldRow>
  );
}
