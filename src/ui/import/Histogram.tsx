/** How often each value of a column occurs, as small bars; in words for those who cannot see them. */
import type { ColumnView } from '#data/importing/import-view.ts';
import { formatCount } from '#lib/format.ts';
import styles from './import.module.css';

/** More bars than that could not be told apart. */
const most = 24;

export function Histogram({ column }: { readonly column: ColumnView }) {
  const shown = column.histogram.slice(0, most);
  const highest = Math.max(1, ...shown.map(({ count }) => count));
  const words = shown.slice(0, 5).map(({ name, count }) => `${name}: ${formatCount(count)}`);
  if (shown.length === 0) return <span />;
  return (
    <span className={styles['bars']} title={words.join('\n')}>
      <span className={styles['unseen']}>Most frequent: {words.join(', ')}</span>
      {shown.map(({ name, count }) => (
        <i key={name} aria-hidden style={{ height: `${Math.max(6, (count / highest) * 100)}%` }} />
      ))}
    </span>
  );
}
