/** Which results of the runs count. */
import { useId } from 'react';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { type Part, partNames, parts } from './table-measures.ts';
import styles from './table.module.css';

interface PartFieldProps {
  readonly part: Part;
  readonly onPart: (part: Part) => void;
}

export function PartField({ part, onPart }: PartFieldProps) {
  const id = useId();
  return (
    <div className={styles['part']}>
      <label htmlFor={id}>Figures of</label>
      <ChoiceField
        id={id}
        value={part}
        options={parts}
        labelOf={(each) => partNames[each]}
        onCommit={onPart}
      />
    </div>
  );
}
