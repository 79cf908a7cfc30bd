/** Right, wrong or without a label: a sign and a word, never a colour alone. */
import { IconCheck, IconMinus, IconX } from '@tabler/icons-react';
import { VisuallyHidden } from '@mantine/core';
import styles from './results.module.css';

/** @param wrongness 0 is right; NaN without a label */
export function Verdict({ wrongness }: { readonly wrongness: number }) {
  const word = Number.isNaN(wrongness) ? 'not labelled' : wrongness > 0 ? 'wrong' : 'right';
  const Icon = Number.isNaN(wrongness) ? IconMinus : wrongness > 0 ? IconX : IconCheck;
  return (
    <span className={styles['verdict']} data-verdict={word}>
      <Icon size={12} stroke={2.6} aria-hidden />
      <VisuallyHidden>{word}:</VisuallyHidden>
    </span>
  );
}
