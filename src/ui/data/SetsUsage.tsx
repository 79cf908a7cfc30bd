/** How much of this device one's data sets take, and how much the browser allows. */
import { formatBytes } from '#lib/format.ts';
import { useSets } from '#stores/sets.ts';
import styles from './data.module.css';

export function SetsUsage() {
  const usage = useSets((state) => state.usage);
  const sets = useSets((state) => state.sets);
  if (!usage || sets.length === 0) return null;
  const bytes = sets.reduce((sum, set) => sum + set.bytes, 0);
  return (
    <div className={styles['usage']}>
      <meter aria-label="Storage used" min={0} max={usage.quota} value={usage.bytes} />
      <p className="soft">
        {formatBytes(bytes)} of images and labels · {formatBytes(usage.bytes)} of {formatBytes(usage.quota)}{' '}
        that the browser allows, runs included
      </p>
    </div>
  );
}
