/** How well the scores rank each class above the rest: ROC and precision–recall curves, and the areas under them. */
import { useId, useMemo, useState } from 'react';
import { formatCount, formatPercent } from '#lib/format.ts';
import { Explanation } from '../../conflicts/Explanation.tsx';
import { TextButton } from '../../shared/TextButton.tsx';
import type { Ranking, TaskEvaluation } from './evaluate.ts';
import { across, up } from './share-plot.ts';
import { SharePlot } from './SharePlot.tsx';
import styles from './evaluation.module.css';

/** More classes than this are not drawn behind the chosen one. */
const mostBehind = 20;

interface RankingSectionProps {
  readonly evaluation: TaskEvaluation;
  readonly colour: string;
  /** What one of the ranked is: "class" or "label". */
  readonly noun: string;
}

export function RankingSection({ evaluation, colour, noun }: RankingSectionProps) {
  const { rankings } = evaluation;
  const [wanted, setWanted] = useState<string | null>(null);
  const headingId = useId();
  const chosen = rankings.find(({ name }) => name === wanted) ?? hardest(rankings);
  if (!chosen) return null;
  return (
    <section className={styles['section']} aria-labelledby={headingId}>
      <h3 id={headingId}>ROC and precision–recall</h3>
      <Explanation
        of="ROC and precision–recall"
        shows={`Every ${noun} against the rest, at every threshold of its probability. An area of 100 % ranks without a mistake; the dashed lines are what guessing gives. Choose a ${noun} to see its curves.`}
        problem={`A ${noun} whose area lies far below the others' is mixed up wherever the threshold is put. A high area under ROC with a low average precision means that the ${noun} is rare: most images called so are not.`}
        remedy={`Look at its images and labels first. More images of it, class weights (or a positive weight for labels), or more capacity in the task's own branch may help. If the areas are high but precision or recall is low, only the threshold is wrong.`}
      />
      <div className={styles['columns']}>
        <AreaTable evaluation={evaluation} noun={noun} chosen={chosen} onChoose={setWanted} />
        <Curves rankings={rankings} chosen={chosen} colour={colour} />
      </div>
    </section>
  );
}

/** The one with the smallest area under ROC; the first where none has a figure. */
function hardest(rankings: readonly Ranking[]): Ranking | undefined {
  const known = rankings.filter(({ area }) => !Number.isNaN(area));
  return known.toSorted((a, b) => a.area - b.area)[0] ?? rankings[0];
}

interface AreaTableProps {
  readonly evaluation: TaskEvaluation;
  readonly noun: string;
  readonly chosen: Ranking;
  readonly onChoose: (name: string) => void;
}

function AreaTable({ evaluation: { rankings, macro }, noun, chosen, onChoose }: AreaTableProps) {
  return (
    <div className={styles['areas']}>
      <table className={styles['table']}>
        <caption>Areas per {noun}</caption>
        <thead>
          <tr>
            <th scope="col">{noun}</th>
            <th scope="col" title="Area under the ROC curve">
              AUC
            </th>
            <th scope="col" title="Average precision: the area under the precision–recall steps">
              AP
            </th>
            <th scope="col">images</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">macro average</th>
            <td>{formatPercent(macro.area)}</td>
            <td>{formatPercent(macro.averagePrecision)}</td>
            <td>–</td>
          </tr>
          {rankings.map((ranking) => (
            <tr key={ranking.name} data-chosen={ranking === chosen || undefined}>
              <th scope="row">
                <TextButton
                  aria-pressed={ranking === chosen}
                  title={`Show the curves of ${ranking.name}`}
                  onClick={() => onChoose(ranking.name)}
                >
                  {ranking.name}
                </TextButton>
              </th>
              <td>{formatPercent(ranking.area)}</td>
              <td>{formatPercent(ranking.averagePrecision)}</td>
              <td>{formatCount(ranking.curve.positives)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CurvesProps {
  readonly rankings: readonly Ranking[];
  readonly chosen: Ranking;
  readonly colour: string;
}

/** The chosen one in the task's colour, the others faint behind it. */
function Curves({ rankings, chosen, colour }: CurvesProps) {
  const others = useMemo(
    () =>
      rankings.length > mostBehind
        ? { roc: '', precision: '' }
        : {
            roc: rankings.map(({ paths }) => paths.roc).join(''),
            precision: rankings.map(({ paths }) => paths.precision).join(''),
          },
    [rankings],
  );
  const { curve, paths } = chosen;
  const share = curve.positives / (curve.positives + curve.negatives);
  const words = wordsOf(chosen);
  return (
    <>
      <figure className={styles['figure']}>
        <figcaption>
          <b>ROC</b> <span>{words.roc}</span>
        </figcaption>
        <SharePlot
          label={`ROC curve: ${words.roc}`}
          xName="false positives, % of the rest"
          yName="true positives, %"
        >
          <path className={styles['behind']} d={others.roc} />
          <path className={styles['chance']} d={`M${across(0)},${up(0)}L${across(1)},${up(1)}`} />
          <path className={styles['curve']} d={paths.roc} style={{ stroke: colour }} />
        </SharePlot>
      </figure>
      <figure className={styles['figure']}>
        <figcaption>
          <b>Precision–recall</b> <span>{words.precision}</span>
        </figcaption>
        <SharePlot
          label={`Precision–recall curve: ${words.precision}`}
          xName="recall, %"
          yName="precision, %"
        >
          <path className={styles['behind']} d={others.precision} />
          {Number.isNaN(share) ? null : (
            <path className={styles['chance']} d={`M${across(0)},${up(share)}H${across(1)}`} />
          )}
          <path className={styles['curve']} d={paths.precision} style={{ stroke: colour }} />
        </SharePlot>
      </figure>
    </>
  );
}

/** The figure of each curve, or why there is none. */
function wordsOf({ name, curve: { positives, negatives }, area, averagePrecision }: Ranking) {
  const none = negatives === 0 ? `no image has “${name}” labelled` : `no image here is “${name}”`;
  if (positives === 0) return { roc: none, precision: none };
  return {
    roc: negatives === 0 ? `every image here is “${name}”` : `“${name}”, AUC ${formatPercent(area)}`,
    precision: `“${name}”, AP ${formatPercent(averagePrecision)}`,
  };
}
