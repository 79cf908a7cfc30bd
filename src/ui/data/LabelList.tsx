/** A sample's labels, each with the colour of its task. */
import type { SampleLabel } from './labels.ts';
import styles from './data.module.css';

export function LabelList({ labels }: { readonly labels: readonly SampleLabel[] }) {
  return (
    <dl className={styles['labels']}>
      {labels.map(({ column, name, text, colour }) => (
        <div key={column}>
          <dt>
            <i style={{ background: colour ?? 'var(--line-strong)' }} />
            {name}
          </dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
