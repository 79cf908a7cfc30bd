/** What the network said of one image for one task: probabilities as bars, or numbers beside the truth. */
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import type { Reading } from '#experiment/tasks/task.ts';
import { formatPercent, formatValue } from '#lib/format.ts';
import styles from './results.module.css';

/** More classes than this are not listed. */
const most = 5;

interface ReadingBarsProps {
  readonly column: ColumnInfo;
  readonly reading: Reading;
  /** The label; left out where nobody knows. */
  readonly truth?: Reading;
  readonly colour: string;
}

export function ReadingBars({ column, reading, truth, colour }: ReadingBarsProps) {
  if (column.kind === 'number') return <Numbers reading={reading} {...(truth ? { truth } : {})} />;
  const isTrue = (label: string) => truth?.entries.some((entry) => entry.label === label) ?? false;
  const first = reading.entries.slice(0, most);
  const missing = reading.entries.slice(most).filter(({ label }) => isTrue(label));
  return (
    <ul className={styles['bars']}>
      {[...first, ...missing].map(({ label, value }) => (
        <li key={label} data-true={isTrue(label) || undefined}>
          <span className={styles['barLabel']}>
            {label}
            {isTrue(label) ? <em>true</em> : null}
          </span>
          <span className={styles['barValue']}>{formatPercent(value)}</span>
          <span className={styles['bar100']} aria-hidden>
            <span style={{ width: `${Math.max(0, Math.min(1, value)) * 100}%`, background: colour }} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Numbers({ reading, truth }: { readonly reading: Reading; readonly truth?: Reading }) {
  return (
    <table className={styles['numbers']}>
      <thead>
        <tr>
          <th scope="col">number</th>
          <th scope="col">predicted</th>
          {truth ? <th scope="col">true</th> : null}
        </tr>
      </thead>
      <tbody>
        {reading.entries.map(({ label, value }, i) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{formatValue(value)}</td>
            {truth ? <td>{formatValue(truth.entries[i]?.value ?? Number.NaN)}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
