/** A compact form generated from a flat Zod object schema: one row per setting, in the schema's order. */
import { Switch, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import type { z } from 'zod';
import { ChoiceField } from './ChoiceField.tsx';
import { FieldRow, type RowIds } from './FieldRow.tsx';
import { fieldsOf, type FieldSpec, inWords } from './fields-of.ts';
import { NumberField } from './NumberField.tsx';

/** A setting's value: null where a number may be left out. */
export type SettingValue = string | number | boolean | null;

interface SchemaFormProps {
  readonly schema: z.ZodType;
  /** Settings by key; others are left alone. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly onChange: (key: string, value: SettingValue) => void;
  readonly disabled?: boolean;
  /** Keys that are edited elsewhere. Constants, lists and objects are never shown. */
  readonly omit?: readonly string[];
  /** How an option of a choice reads; in words of its own where it is left out. */
  readonly labelOf?: (key: string, option: string | number) => string | undefined;
}

export function SchemaForm(props: SchemaFormProps) {
  const { schema, value, onChange, disabled = false, omit = [], labelOf } = props;
  const fields = useMemo(() => fieldsOf(schema), [schema]);
  return fields
    .filter(({ key }) => !omit.includes(key))
    .map((field) => (
      <FieldRow key={field.key} label={field.title} help={field.help}>
        {(ids) => (
          <Control
            field={field}
            value={value[field.key]}
            disabled={disabled}
            ids={ids}
            labelOf={(option) => labelOf?.(field.key, option) ?? inWords(option)}
            onCommit={(next) => onChange(field.key, next)}
          />
        )}
      </FieldRow>
    ));
}

interface ControlProps {
  readonly field: FieldSpec;
  readonly value: unknown;
  readonly disabled: boolean;
  readonly ids: RowIds;
  readonly labelOf: (option: string | number) => string;
  readonly onCommit: (value: SettingValue) => void;
}

function Control({ field, value, disabled, ids, labelOf, onCommit }: ControlProps) {
  switch (field.type) {
    case 'number':
      return (
        <NumberField
          {...ids}
          value={typeof value === 'number' ? value : null}
          integer={field.integer}
          minimum={field.minimum}
          maximum={field.maximum}
          nullable={field.nullable}
          disabled={disabled}
          onCommit={onCommit}
        />
      );
    case 'choice':
      return (
        <ChoiceField
          {...ids}
          value={value as string | number}
          options={field.options}
          labelOf={labelOf}
          disabled={disabled}
          onCommit={onCommit}
        />
      );
    case 'switch':
      return (
        <Switch
          {...ids}
          checked={value === true}
          disabled={disabled}
          onChange={(event) => onCommit(event.currentTarget.checked)}
        />
      );
    case 'text':
      return (
        <TextInput
          {...ids}
          key={value as string}
          defaultValue={value as string}
          disabled={disabled}
          onBlur={(event) => {
            if (event.currentTarget.value !== value) onCommit(event.currentTarget.value);
          }}
        />
      );
  }
}
