/** Above predictions and confusion: which part of the data and which weights they are of, and a way to evaluate. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatCount } from '#lib/format.ts';
import { evaluateNow } from '#stores/run.ts';
import { useRun } from '#stores/run-state.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import type { Part, ResultsChoice } from './use-results.ts';
import { choiceOf, type WeightsKey } from './weights-choice.ts';
import { WeightsField, WeightsRule } from './WeightsField.tsx';
import styles from './results.module.css';

interface ResultsBarProps {
  readonly choice: ResultsChoice;
  readonly children?: ReactNode;
}

const partName = (part: Part) => (part === 'test' ? 'Test' : 'Validation');

export function ResultsBar({ choice, children }: ResultsBarProps) {
  const { results, parts, part, weights, onPart, onWeights } = choice;
  const experiment = useRun((state) => state.experiment);
  const images = results ? `${formatCount(results.samples.length)} images` : '';
  return (
    <>
      <div className={styles['resultsBar']}>
        {parts.length > 1 ? (
          <ChoiceField
            aria-label="Part of the data"
            value={part}
            options={parts}
            labelOf={partName}
            onCommit={onPart}
          />
        ) : null}
        {experiment ? <WeightsField experiment={experiment} weights={weights} onWeights={onWeights} /> : null}
        <span className={styles['resultsOf']}>
          {parts.length === 1 ? `${partName(part)}${images ? ', ' : ''}` : ''}
          {images}
        </span>
        {children}
        {parts.includes('test') ? null : (
          <EvaluateButton part="test" weights={weights === 'last' ? 'best' : weights} />
        )}
      </div>
      {experiment ? (
        <WeightsRule experiment={experiment} weights={weights} step={results?.evaluation.step} />
      ) : null}
    </>
  );
}

interface EvaluateButtonProps {
  readonly part: Part;
  readonly weights: WeightsKey;
}

/** Evaluates weights on a part of the data, and says how far it is. */
export function EvaluateButton({ part, weights }: EvaluateButtonProps) {
  const evaluating = useRun((state) => state.evaluating);
  const canEvaluate = useRun(
    ({ step, status, kept }) =>
      step > 0 && !['failed', 'preparing', 'recovering'].includes(status) && kept.last === undefined,
  );
  return (
    <Button
      size="compact-sm"
      className={styles['evaluate'] ?? ''}
      disabled={!canEvaluate || evaluating !== null}
      onClick={() => void evaluateNow(part, choiceOf(weights))}
    >
      {evaluating?.split === part
        ? `${part === 'test' ? 'Testing' : 'Validating'} ${formatCount(evaluating.done)} of ${formatCount(evaluating.total)}`
        : `Evaluate on ${part} now`}
    </Button>
  );
}
