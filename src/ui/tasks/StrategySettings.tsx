/** How the tasks share one training: the multi-task method, what it looks at, and its settings. */
import { lazy, Suspense } from 'react';
import { z } from 'zod';
import { isStrategy, strategies, type StrategyId, strategyOf } from '#strategies/index.ts';
import type { Strategy } from '#strategies/strategy.ts';
import { editExperiment, useExperiment } from '#stores/experiment.ts';
import { setView, useView } from '#stores/view.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { FieldRow } from '../shared/FieldRow.tsx';
import { SchemaForm } from '../shared/SchemaForm.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import { chooseMethod } from './edits.ts';
import { GradientSetting } from './GradientSetting.tsx';
import { costOf, costText, gradientsOf, sortOf } from './method-words.ts';
import { TaskWeights } from './TaskWeights.tsx';
import styles from './tasks.module.css';

/** Read by those who compare methods; most visits do not. */
const MethodsModal = lazy(() =>
  import('./MethodsModal.tsx').then((module) => ({ default: module.MethodsModal })),
);

const ids = Object.keys(strategies) as StrategyId[];

/** Whether a method's settings have a weight per task. */
function hasWeights(schema: z.ZodType): boolean {
  const { properties = {} } = z.toJSONSchema(schema);
  return 'weights' in properties;
}

/** Settings as the method reads them, with its defaults where the document leaves them out. */
function withDefaults({ schema }: Strategy, settings: Readonly<Record<string, unknown>>) {
  const { data } = schema.safeParse(settings);
  return { ...settings, ...(typeof data === 'object' ? data : {}) };
}

export function StrategySettings() {
  const { kind, settings } = useExperiment(({ experiment }) => experiment.strategy);
  const alone = useExperiment(({ experiment }) => experiment.tasks.length < 2);
  const comparing = useView(({ dialog }) => dialog === 'methods');
  const id = isStrategy(kind) ? kind : 'equal';
  const strategy = strategyOf(id);
  return (
    <div className={styles['strategy']}>
      <FieldRow label="Balance by" help={strategy.help}>
        {(row) => (
          <ChoiceField
            {...row}
            value={id}
            options={ids}
            labelOf={(each) => strategies[each].name}
            groupOf={(each) => sortOf(strategyOf(each))}
            onCommit={chooseMethod}
          />
        )}
      </FieldRow>
      {alone ? (
        <p className={styles['about']}>
          With one task there is nothing to balance: all methods come to the same.
        </p>
      ) : (
        <About strategy={strategy} />
      )}
      <TextButton aria-haspopup="dialog" onClick={() => setView({ dialog: 'methods' })}>
        Compare all methods
      </TextButton>
      <GradientSetting strategy={strategy} />
      <SchemaForm
        schema={strategy.schema}
        value={withDefaults(strategy, settings)}
        onChange={(key, value) =>
          editExperiment((experiment) => ({
            ...experiment,
            strategy: {
              ...experiment.strategy,
              settings: { ...experiment.strategy.settings, [key]: value },
            },
          }))
        }
      />
      {hasWeights(strategy.schema) ? <TaskWeights /> : null}
      {comparing ? (
        <Suspense fallback={null}>
          <MethodsModal />
        </Suspense>
      ) : null}
    </div>
  );
}

/** The method in one paragraph, with its cost where there is no choice to show it beside. */
function About({ strategy }: { readonly strategy: Strategy }) {
  const { plan, info } = useExperiment((state) => state);
  const training = useExperiment(({ experiment }) => experiment.training);
  const costs = gradientsOf(strategy) === null && !strategy.constant;
  return (
    <p className={styles['about']}>
      {strategy.help}
      {costs ? ` ${sentence(costText(costOf(strategy, 'representation', { plan, info, training })))}` : ''}
    </p>
  );
}

const sentence = (text: string) => `Costs ${text}.`;
