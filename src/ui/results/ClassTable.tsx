/** Precision, recall and F1 per class or label. */
import { formatCount, formatPercent } from '#lib/format.ts';
import { TextButton } from '../shared/TextButton.tsx';
import type { ClassScores } from './class-scores.ts';
import styles from './results.module.css';

interface ClassTableProps {
  readonly caption: string;
  readonly scores: readonly ClassScores[];
  readonly colour: string;
  /** Shows the images of a class. */
  readonly onShow: (index: number) => void;
}

export function ClassTable({ caption, scores, colour, onShow }: ClassTableProps) {
  return (
    <table className={styles['classTable']}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">class</th>
          <th scope="col" title="Of the images called so, how many are so">
            precision
          </th>
          <th scope="col" title="Of the images that are so, how many were called so">
            recall
          </th>
          <th scope="col" title="The harmonic mean of precision and recall">
            F1
          </th>
          <th scope="col">images</th>
        </tr>
      </thead>
      <tbody>
        {scores.map((row, index) => (
          <tr key={row.name}>
            <th scope="row">
              <TextButton onClick={() => onShow(index)}>{row.name}</TextButton>
            </th>
            <Share value={row.precision} />
            <Share value={row.recall} />
            <Share value={row.f1} colour={colour} />
            <td>{formatCount(row.support)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A share with a bar under it, where one is asked for. */
function Share({ value, colour }: { readonly value: number; readonly colour?: string }) {
  return (
    <td>
      {formatPercent(value)}
      {colour && !Number.isNaN(value) ? (
        <span className={styles['shareBar']} aria-hidden>
          <span style={{ width: `${value * 100}%`, background: colour }} />
        </span>
      ) : null}
    </td>
  );
}
