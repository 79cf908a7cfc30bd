/** How much each class counts in the loss: alike, by rarity, or a number each. */
import { rarityWeights } from '#data/labels/counts.ts';
import { countClasses } from '#data/split.ts';
import type { TaskOf } from '#experiment/tasks/index.ts';
import { type DatasetSummary, useDataset } from '#stores/dataset.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { FieldRow } from '../shared/FieldRow.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import { editTask } from './edits.ts';
import styles from './tasks.module.css';

const choices = ['alike', 'by-rarity', 'by-hand'] as const;
const names = { alike: 'all alike', 'by-rarity': 'by rarity', 'by-hand': 'by hand' } as const;

/** Weights by how rare each class is among the training samples. */
function byRarity(summary: DatasetSummary, columnId: string): number[] | undefined {
  const column = summary.columns.find(({ info }) => info.id === columnId);
  return column && rarityWeights(countClasses(column, summary.split.train).counts);
}

export function ClassWeights({ task }: { readonly task: TaskOf<'classification'> }) {
  const summary = useDataset((data) => (data.status === 'ready' ? data.summary : null));
  const column = summary?.columns.find(({ info }) => info.id === task.column)?.info;
  const classes = column?.kind === 'class' ? column.classes : [];
  const weights = task.classWeights;
  const rare = summary ? byRarity(summary, task.column) : undefined;
  const choice = weights === null ? 'alike' : String(weights) === String(rare) ? 'by-rarity' : 'by-hand';
  const choose = (next: (typeof choices)[number]) => {
    const chosen = { alike: null, 'by-rarity': rare, 'by-hand': weights ?? classes.map(() => 1) };
    editTask(task.id, { classWeights: chosen[next] ?? null });
  };
  return (
    <>
      <FieldRow
        label="Class weights"
        help="How much each class counts in the loss. By rarity: seldom classes count more."
      >
        {(ids) => (
          <ChoiceField
            {...ids}
            value={choice}
            options={choices}
            labelOf={(each) => names[each]}
            disabled={!summary}
            onCommit={choose}
          />
        )}
      </FieldRow>
      {weights === null ? null : (
        <div className={styles['classWeights']}>
          {classes.map((name, index) => (
            <FieldRow key={name} label={name}>
              {(ids) => (
                <NumberField
                  {...ids}
                  value={weights[index] ?? 1}
                  minimum={0}
                  onCommit={(weight) => editTask(task.id, { classWeights: weights.with(index, weight) })}
                />
              )}
            </FieldRow>
          ))}
        </div>
      )}
    </>
  );
}
