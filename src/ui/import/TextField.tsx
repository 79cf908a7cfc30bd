/** A text that is committed on Enter and on leaving it; Escape brings back what it was. */
import { useState } from 'react';
import styles from './import.module.css';

interface TextFieldProps {
  readonly value: string;
  readonly onCommit: (value: string) => void;
  readonly 'aria-label'?: string;
  readonly 'aria-describedby'?: string | undefined;
  readonly id?: string;
  readonly placeholder?: string;
  readonly isInvalid?: boolean;
  /** Whether it may be empty. */
  readonly mayBeEmpty?: boolean;
  /** Called while it is typed, too. */
  readonly isLive?: boolean;
  readonly className?: string | undefined;
}

export function TextField(props: TextFieldProps) {
  const { value, onCommit, isInvalid = false, mayBeEmpty = false, isLive = false } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    setDraft(null);
    if (draft === null || draft === value || (draft.trim() === '' && !mayBeEmpty)) return;
    onCommit(draft);
  };
  return (
    <input
      type="text"
      autoComplete="off"
      spellCheck={false}
      id={props.id}
      className={`${styles['text']} ${props.className ?? ''}`}
      aria-label={props['aria-label']}
      aria-describedby={props['aria-describedby']}
      aria-invalid={isInvalid || undefined}
      placeholder={props.placeholder}
      title={draft ?? value}
      dir="auto"
      value={draft ?? value}
      onChange={({ currentTarget }) => {
        setDraft(currentTarget.value);
        if (isLive) onCommit(currentTarget.value);
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        else if (event.key === 'Escape' && draft !== null) setDraft(null);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}
