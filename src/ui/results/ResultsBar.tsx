/** Above predictions and confusion: which part of the data they are of, and a way to the test. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatCount } from '#lib/format.ts';
import { evaluateNow } from '#stores/run.ts';
import { useRun } from '#stores/run-state.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import type { Part, ResultsChoice } from './use-results.ts';
import styles from './results.module.css';

interface ResultsBarProps {
  readonly choice: ResultsChoice;
  readonly onPart: (part: Part) => void;
  readonly children?: ReactNode;
}

export function ResultsBar({ choice, onPart, children }: ResultsBarProps) {
  const { results, parts, part } = choice;
  const images = results ? `${formatCount(results.samples.length)} images` : '';
  return (
    <div className={styles['resultsBar']}>
      {parts.length > 1 ? (
        <ChoiceField
          aria-label="Part of the data"
          value={part}
          options={parts}
          labelOf={(each) => (each === 'test' ? 'Test' : 'Validation')}
          onCommit={onPart}
        />
      ) : null}
      <span className={styles['resultsOf']}>
        {parts.length === 1 ? (part === 'test' ? 'Test, ' : 'Validation, ') : ''}
        {images}
        {results ? `, weights of step ${formatCount(results.evaluation.step)}` : ''}
      </span>
      {children}
      {parts.includes('test') ? null : <EvaluateButton />}
    </div>
  );
}

/** Evaluates on the test part, and says how far it is. */
export function EvaluateButton() {
  const evaluating = useRun((state) => state.evaluating);
  const canEvaluate = useRun(
    ({ step, status }) => step > 0 && !['failed', 'preparing', 'recovering'].includes(status),
  );
  const isTest = evaluating?.split === 'test';
  return (
    <Button
      size="compact-sm"
      className={styles['evaluate'] ?? ''}
      disabled={!canEvaluate || evaluating !== null}
      onClick={() => void evaluateNow('test', 'best')}
    >
      {isTest
        ? `Testing ${formatCount(evaluating.done)} of ${formatCount(evaluating.total)}`
        : 'Evaluate on test now'}
    </Button>
  );
}
