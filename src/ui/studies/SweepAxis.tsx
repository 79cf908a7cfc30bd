/** One field that a sweep varies, and over what. */
import { ActionIcon, MultiSelect, Select, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { wordsAt, type SweepField } from '#studies/sweep-fields.ts';
import { useExperiment } from '#stores/experiment.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import styles from './studies.module.css';
import { axisFor, type AxisDraft } from './sweep-draft.ts';

interface SweepAxisProps {
  readonly axis: AxisDraft;
  readonly fields: readonly SweepField[];
  /** Drawn at random, a range has no steps. */
  readonly isRandom: boolean;
  readonly onChange: (axis: AxisDraft) => void;
  readonly onRemove: () => void;
}

export function SweepAxis({ axis, fields, isRandom, onChange, onRemove }: SweepAxisProps) {
  const field = fields.find(({ path }) => path === axis.path);
  const name = field?.label ?? axis.path;
  const choose = (path: string | null) => {
    const next = fields.find((each) => each.path === path);
    if (next) onChange(axisFor(next, axis.key));
  };
  return (
    <fieldset className={styles['axis']}>
      <legend className={styles['unseen']}>{name}</legend>
      <Select
        aria-label="Field"
        size="xs"
        searchable
        value={axis.path}
        data={fields.map(({ path, label }) => ({ value: path, label }))}
        renderOption={({ option }) => (
          <span className={styles['field']}>
            {option.label} <small className="mono">{option.value}</small>
          </span>
        )}
        onChange={choose}
        comboboxProps={{ width: 340, position: 'bottom-start' }}
      />
      <div className={styles['over']}>
        {field ? <Values axis={axis} field={field} isRandom={isRandom} onChange={onChange} /> : null}
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={26}
        aria-label={`Do not vary ${name}`}
        onClick={onRemove}
      >
        <IconX size={14} aria-hidden />
      </ActionIcon>
    </fieldset>
  );
}

type ValuesProps = Omit<SweepAxisProps, 'fields' | 'onRemove'> & { readonly field: SweepField };

function Values({ axis, field, isRandom, onChange }: ValuesProps) {
  if (field.type === 'choice' || field.type === 'switch')
    return <Choices axis={axis} field={field} onChange={onChange} />;
  return (
    <div className={styles['values']}>
      <ChoiceField
        aria-label={`How ${field.label} is given`}
        value={axis.as}
        options={['values', 'range'] as const}
        onCommit={(as) => onChange({ ...axis, as })}
      />
      {axis.as === 'values' ? (
        <TextInput
          aria-label={`Values of ${field.label}`}
          size="xs"
          value={axis.text}
          onChange={(event) => onChange({ ...axis, text: event.currentTarget.value })}
        />
      ) : (
        <Range axis={axis} field={field} isRandom={isRandom} onChange={onChange} />
      )}
    </div>
  );
}

function Choices({ axis, field, onChange }: Omit<ValuesProps, 'isRandom'>) {
  const experiment = useExperiment((state) => state.experiment);
  const options =
    field.type === 'switch'
      ? [
          { value: 'false', label: 'off' },
          { value: 'true', label: 'on' },
        ]
      : field.options.map((option) => ({
          value: String(option),
          label: field.path.endsWith('.kind') ? wordsAt(experiment, field.path, option) : String(option),
        }));
  return (
    <MultiSelect
      aria-label={`Values of ${field.label}`}
      size="xs"
      searchable
      value={[...axis.chosen]}
      data={options}
      onChange={(chosen) => onChange({ ...axis, chosen })}
    />
  );
}

function Range({ axis, field, isRandom, onChange }: ValuesProps) {
  return (
    <div className={styles['range']}>
      <NumberField
        aria-label={`Least ${field.label}`}
        value={axis.low}
        onCommit={(low) => onChange({ ...axis, low })}
      />
      <span className="soft">to</span>
      <NumberField
        aria-label={`Greatest ${field.label}`}
        value={axis.high}
        onCommit={(high) => onChange({ ...axis, high })}
      />
      <ChoiceField
        aria-label={`Scale of ${field.label}`}
        value={axis.scale}
        options={['linear', 'log'] as const}
        onCommit={(scale) => onChange({ ...axis, scale })}
      />
      {isRandom ? null : (
        <>
          <span className="soft">in</span>
          <NumberField
            aria-label={`Steps of ${field.label}`}
            integer
            minimum={2}
            value={axis.steps}
            onCommit={(steps) => onChange({ ...axis, steps: Math.max(2, steps) })}
          />
        </>
      )}
    </div>
  );
}
