/** How much of this device the kept runs take, and how much they may. */
import { formatBytes } from '#lib/format.ts';
import { useLibrary } from '#stores/library.ts';
import styles from './runs.module.css';

export function StorageUsed({ count }: { readonly count: number }) {
  const usage = useLibrary((library) => library.usage);
  if (!usage) return null;
  return (
    <div className={styles['usage']}>
      <meter aria-label="Storage used" min={0} max={usage.quota} value={usage.bytes} />
      <p className="soft">
        {count === 1 ? 'One run' : `${count} runs`} on this device · {formatBytes(usage.bytes)} of{' '}
        {formatBytes(usage.quota)} that the browser allows
      </p>
    </div>
  );
}
