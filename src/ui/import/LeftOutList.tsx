/** What does not become an image or a label, with the reason; only the rows in sight are drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { LeftOut } from '#data/importers/importer.ts';
import type { ImportView } from '#data/importing/import-view.ts';
import { formatCount } from '#lib/format.ts';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './import.module.css';

interface LeftOutListProps {
  readonly leftOut: ImportView['leftOut'];
  readonly onSave: () => unknown;
}

export function LeftOutList({ leftOut: { count, first }, onSave }: LeftOutListProps) {
  return (
    <div className={styles['leftOut']}>
      <p className="soft">
        <span className="mono">{formatCount(count)}</span> {count === 1 ? 'file or row' : 'files or rows'}{' '}
        left out{first.length < count ? `; the first ${formatCount(first.length)} are listed` : ''}.{' '}
        <TextButton onClick={onSave}>Download the list</TextButton>
      </p>
      <Rows rows={first} />
    </div>
  );
}

function Rows({ rows }: { readonly rows: readonly LeftOut[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  // The compiler leaves this component alone, which is small.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 40,
    overscan: 8,
  });
  return (
    <div
      ref={scroller}
      className={styles['leftOutRows']}
      // Scrolled by keys, too.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      style={{ '--height': `${virtual.getTotalSize()}px` }}
    >
      <ul aria-label="Left out" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          return row ? (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
            >
              <span dir="auto">
                {row.name}
                {row.row === undefined ? '' : `, row ${formatCount(row.row)}`}
              </span>
              <small>{row.reason}</small>
            </li>
          ) : null;
        })}
      </ul>
    </div>
  );
}
