/** The experiment's name, edited where it stands. */
import { type KeyboardEvent, useState } from 'react';
import { editExperiment, useExperiment } from '#stores/experiment.ts';
import styles from './header.module.css';

export function ExperimentName() {
  const name = useExperiment(({ experiment }) => experiment.name);
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    const next = draft?.trim();
    setDraft(null);
    if (next && next !== name) editExperiment((experiment) => ({ ...experiment, name: next }));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') setDraft(null);
    if (event.key === 'Enter') event.currentTarget.blur();
  };
  return (
    <span className={styles['name']} data-value={draft ?? name}>
      <input
        aria-label="Name of the experiment"
        value={draft ?? name}
        maxLength={120}
        size={1}
        spellCheck={false}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
    </span>
  );
}
