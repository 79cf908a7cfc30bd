/** What the task gradients that a method looks at are taken by, and what either choice costs. */
import { useId } from 'react';
import { editExperiment, useExperiment } from '#stores/experiment.ts';
import type { Strategy } from '#strategies/strategy.ts';
import { costOf, costText, type GradientChoice, gradientChoices, gradientsOf } from './method-words.ts';
import styles from './tasks.module.css';

const names: Readonly<Record<GradientChoice, string>> = {
  representation: 'Shared representation',
  parameters: 'All shared parameters',
};
const about: Readonly<Record<GradientChoice, string>> = {
  representation: 'one pass back through the trunk',
  parameters: 'exact, with a pass back through the trunk per task',
};

/** Nothing for methods that look at no gradients. */
export function GradientSetting({ strategy }: { readonly strategy: Strategy }) {
  const which = gradientsOf(strategy);
  const { plan, info } = useExperiment((state) => state);
  const { training, strategy: chosen } = useExperiment(({ experiment }) => experiment);
  const name = useId();
  if (which === null) return null;
  const cost = (by: GradientChoice) => costText(costOf(strategy, by, { plan, info, training }));
  if (which === 'parameters')
    return (
      <p className={styles['about']}>
        It looks at gradients by all shared parameters and by nothing less: {cost('parameters')}.
      </p>
    );
  return (
    <fieldset className={styles['gradients']}>
      <legend>Gradients by</legend>
      {gradientChoices.map((by) => (
        <label key={by}>
          <input
            type="radio"
            name={name}
            checked={chosen.gradients === by}
            aria-describedby={`${name}-${by}`}
            onChange={() =>
              editExperiment((experiment) => ({
                ...experiment,
                strategy: { ...experiment.strategy, gradients: by },
              }))
            }
          />
          <span>{names[by]}</span>
          <small id={`${name}-${by}`}>
            {about[by]}; {cost(by)}
          </small>
        </label>
      ))}
    </fieldset>
  );
}
