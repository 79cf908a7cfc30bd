/** One of a few values, in the browser's own select. */
import { NativeSelect } from '@mantine/core';
import { inWords } from './fields-of.ts';

interface ChoiceFieldProps<Value extends string | number> {
  readonly value: Value;
  readonly options: readonly Value[];
  readonly onCommit: (value: Value) => void;
  /** How an option reads; its identifier in words if left out. */
  readonly labelOf?: (value: Value) => string;
  /** Heading under which an option stands; none if left out. Options of one group stand together. */
  readonly groupOf?: (value: Value) => string;
  readonly disabled?: boolean;
  readonly id?: string;
  readonly 'aria-label'?: string;
  readonly 'aria-describedby'?: string;
}

export function ChoiceField<Value extends string | number>(props: ChoiceFieldProps<Value>) {
  const { value, options, onCommit, labelOf = inWords, groupOf, disabled = false, id } = props;
  const items = (values: readonly Value[]) =>
    values.map((option) => ({ value: String(option), label: labelOf(option) }));
  const groups = groupOf ? [...new Set(options.map(groupOf))] : [];
  return (
    <NativeSelect
      {...(id ? { id } : {})}
      aria-label={props['aria-label']}
      aria-describedby={props['aria-describedby']}
      disabled={disabled}
      value={String(value)}
      data={
        groupOf
          ? groups.map((group) => ({
              group,
              items: items(options.filter((each) => groupOf(each) === group)),
            }))
          : items(options)
      }
      onChange={(event) => {
        const chosen = options.find((option) => String(option) === event.currentTarget.value);
        if (chosen !== undefined && chosen !== value) onCommit(chosen);
      }}
    />
  );
}
