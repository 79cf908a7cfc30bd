/** How the images are divided. */
import { type SplitCounts, splitNames } from '#experiment/dataset-info.ts';
import { formatCount } from '#lib/format.ts';
import styles from './data.module.css';

export function SplitBar({ counts }: { readonly counts: SplitCounts }) {
  return (
    <div className={styles['split']}>
      <div aria-hidden>
        {splitNames.map((part) => (
          <i key={part} data-part={part} style={{ flexGrow: counts[part] }} />
        ))}
      </div>
      <ul>
        {splitNames.map((part) => (
          <li key={part} data-part={part}>
            <i aria-hidden />
            {part}
            <span className="mono">{formatCount(counts[part])}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
