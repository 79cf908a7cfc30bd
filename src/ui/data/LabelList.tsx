/** A sample's labels, each with the colour of its task; without their names where a legend gives them. */
import type { SampleLabel } from './labels.ts';
import styles from './data.module.css';

interface LabelListProps {
  readonly labels: readonly SampleLabel[];
  readonly compact?: boolean;
}

export function LabelList({ labels, compact = false }: LabelListProps) {
  return (
    <dl className={styles['labels']} data-compact={compact || undefined}>
      {labels.map(({ column, name, text, colour }) => (
        <div key={column}>
          <dt>
            <i style={{ background: colour ?? 'var(--line-strong)' }} />
            <bdi>{name}</bdi>
          </dt>
          <dd title={text}>
            <bdi>{text}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}
