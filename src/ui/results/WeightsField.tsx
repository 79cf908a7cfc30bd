/** The choice of weights: the latest, the best by the mean, or the best of one task. */
import type { Experiment } from '#experiment/schema.ts';
import { useRun } from '#stores/run-state.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import styles from './results.module.css';
import { ruleOf, stepOf, weightsKeys, type WeightsKey, weightsName } from './weights-choice.ts';

interface WeightsFieldProps {
  readonly experiment: Experiment;
  readonly weights: WeightsKey;
  readonly onWeights: (weights: WeightsKey) => void;
}

export function WeightsField({ experiment, weights, onWeights }: WeightsFieldProps) {
  const best = useRun((state) => state.best);
  const options = weightsKeys(experiment, { step: 0, best });
  const value = options.includes(weights) ? weights : 'last';
  return (
    <div className={styles['weights']}>
      <ChoiceField
        aria-label="Weights"
        value={value}
        options={options}
        labelOf={(key) => weightsName(key, experiment)}
        onCommit={onWeights}
      />
    </div>
  );
}

interface WeightsRuleProps {
  readonly experiment: Experiment;
  readonly weights: WeightsKey;
  /** The step of what is shown; that of the weights now where left out. */
  readonly step?: number | undefined;
}

/** By what rule the chosen weights are these. */
export function WeightsRule({ experiment, weights, step }: WeightsRuleProps) {
  const now = useRun(({ step: last, best }) => stepOf(weights, { step: last, best }));
  return <p className={styles['rule']}>{ruleOf(weights, experiment, step ?? now)}</p>;
}
