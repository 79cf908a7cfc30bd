/** How unevenly a column's classes are spread, and what can be done about it right there. */
import type { ClassCounts } from '#data/split.ts';
import { imbalance, rarityWeights } from '#data/labels/counts.ts';
import { isOwnSet } from '#data/sets/manifest.ts';
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import { formatCount } from '#lib/format.ts';
import { editExperiment, useExperiment } from '#stores/experiment.ts';
import { TextButton } from '../shared/TextButton.tsx';
import { editTask } from '../tasks/edits.ts';
import styles from './data.module.css';

/** From here on, the largest class is so much larger that training is likely to feel it. */
const uneven = 3;
/** Names of classes without images that are told; of more, how many. */
const told = 3;

interface ImbalanceProps {
  readonly info: ColumnInfo;
  /** Of the training images. */
  readonly counts: ClassCounts;
}

export function Imbalance({ info, counts }: ImbalanceProps) {
  const found = imbalance(counts.counts);
  if (info.kind === 'number' && found) return null;
  if (info.kind === 'number' || !found)
    return <p className={styles['uneven']}>No training image is labelled here: nothing can be learnt.</p>;
  const { most, fewest, ratio, effective, empty } = found;
  const isUneven = ratio >= uneven;
  return (
    <div className={styles['uneven']}>
      {isUneven ? (
        <p>
          <bdi>{info.classes[most]}</bdi> has{' '}
          <span className="mono">{ratio.toFixed(ratio < 10 ? 1 : 0)}</span> times the images of{' '}
          <bdi>{info.classes[fewest]}</bdi>
          {info.kind === 'class' ? (
            <>
              ; as uncertain as <span className="mono">{effective.toFixed(1)}</span> equal classes
            </>
          ) : null}
          .
        </p>
      ) : null}
      {empty.length > 0 ? (
        <p data-warning>
          No training image:{' '}
          {empty.slice(0, told).map((at, i) => (
            <span key={at}>
              {i > 0 ? ', ' : ''}
              <bdi>{info.classes[at]}</bdi>
            </span>
          ))}
          {empty.length > told ? ` and ${formatCount(empty.length - told)} more` : ''}. Never learnt.
        </p>
      ) : null}
      {isUneven && info.kind === 'class' ? <Remedies info={info} counts={counts.counts} /> : null}
    </div>
  );
}

/** The two ways to make rare classes count: in the loss, or by drawing them more often. */
function Remedies({ info, counts }: { readonly info: ColumnInfo; readonly counts: readonly number[] }) {
  const task = useExperiment(({ experiment }) => experiment.tasks.find(({ column }) => column === info.id));
  const data = useExperiment(({ experiment }) => experiment.data);
  const isBalanced = data.settings['balance'] === info.id;
  const isWeighted = task?.kind === 'classification' && task.classWeights !== null;
  const balance = (column: string) =>
    editExperiment((experiment) => ({
      ...experiment,
      data: { ...experiment.data, settings: { ...experiment.data.settings, balance: column } },
    }));
  return (
    <div>
      {task?.kind === 'classification' ? (
        <TextButton
          onClick={() => editTask(task.id, { classWeights: isWeighted ? null : rarityWeights(counts) })}
        >
          {isWeighted ? 'No class weights' : 'Use class weights'}
        </TextButton>
      ) : null}
      {isOwnSet(data.source) ? (
        <TextButton onClick={() => balance(isBalanced ? '' : info.id)}>
          {isBalanced ? 'Draw images equally often' : 'Draw classes equally often'}
        </TextButton>
      ) : null}
    </div>
  );
}
