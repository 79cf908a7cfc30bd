/** A number as text: takes and shows 1e-3, commits on Enter, on leaving it and on its steppers, Escape brings back. */
import { type KeyboardEvent, useState } from 'react';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { decimalText, nextNumber, numberText, readNumber } from './number-text.ts';
import styles from './shared.module.css';

interface NumberFieldProps<Value extends number | null> {
  readonly value: Value;
  /** Called with what was typed, also outside the limits: the document says why it refuses. */
  readonly onCommit: (value: Value) => void;
  readonly integer?: boolean;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  /** Whether it may be empty, which means null. */
  readonly nullable?: boolean;
  readonly disabled?: boolean;
  readonly id?: string;
  readonly 'aria-label'?: string;
  readonly 'aria-describedby'?: string;
}

/** React's types want a number where the attribute wants decimals: 1e-8 would be invalid. */
function ariaNumber(value: number | null): number | undefined {
  return value === null || !Number.isFinite(value) ? undefined : (decimalText(value) as unknown as number);
}

export function NumberField<Value extends number | null>(props: NumberFieldProps<Value>) {
  const { value, onCommit, integer = false, nullable = false, disabled = false } = props;
  const { minimum = -Infinity, maximum = Infinity } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const typed = draft === null ? value : readNumber(draft);

  const commit = (next: number | null | undefined) => {
    setDraft(null);
    if (next === undefined || next === value || (next === null && !nullable)) return;
    onCommit(next as Value);
  };
  const commitDraft = () => {
    if (draft !== null) commit(nullable && draft.trim() === '' ? null : readNumber(draft));
  };
  const step = (direction: 1 | -1, coarse: boolean) => {
    const next = nextNumber(typed ?? 0, direction, integer, coarse);
    commit(Math.min(maximum, Math.max(minimum, next)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') commitDraft();
    else if (event.key === 'Escape' && draft !== null) setDraft(null);
    else if (event.key === 'ArrowUp') step(1, event.shiftKey);
    else if (event.key === 'ArrowDown') step(-1, event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <span className={styles['number']} data-disabled={disabled || undefined}>
      <input
        type="text"
        role="spinbutton"
        inputMode={integer ? 'numeric' : 'decimal'}
        autoComplete="off"
        spellCheck={false}
        placeholder={nullable ? 'off' : undefined}
        id={props.id}
        aria-label={props['aria-label']}
        aria-describedby={props['aria-describedby']}
        aria-valuenow={ariaNumber(value)}
        aria-valuemin={ariaNumber(minimum)}
        aria-valuemax={ariaNumber(maximum)}
        aria-valuetext={value === null ? 'off' : numberText(value)}
        aria-invalid={typed === undefined && draft?.trim() !== '' ? true : undefined}
        disabled={disabled}
        value={draft ?? (value === null ? '' : numberText(value))}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={commitDraft}
        onKeyDown={onKeyDown}
      />
      <span className={styles['steppers']} aria-hidden>
        <button type="button" tabIndex={-1} disabled={disabled} onClick={() => step(1, false)}>
          <IconChevronUp size={10} />
        </button>
        <button type="button" tabIndex={-1} disabled={disabled} onClick={() => step(-1, false)}>
          <IconChevronDown size={10} />
        </button>
      </span>
    </span>
  );
}
