/** A run's name, edited where it stands; left empty, it says again what differs from the run before. */
import { useState } from 'react';
import { nameOf, renameRun, type RunRecord } from '#stores/library.ts';
import styles from './runs.module.css';

export function RunName({ record }: { readonly record: RunRecord }) {
  const name = nameOf(record);
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    setDraft(null);
    if (draft !== null && draft.trim() !== name) void renameRun(record.id, draft.trim());
  };
  return (
    <input
      className={styles['nameField']}
      aria-label={`Name of ${name}`}
      title={name}
      value={draft ?? name}
      maxLength={120}
      spellCheck={false}
      data-mantine-stop-propagation={draft !== null}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setDraft(null);
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
