/** The network's card: what it costs, presets, `+ Layer`, and the graph. */
import { NetworkGraph } from './NetworkGraph.tsx';
import { NetworkHeader } from './NetworkHeader.tsx';
import styles from './network.module.css';
import { SelectionBar } from './SelectionBar.tsx';

export function NetworkPanel() {
  return (
    <section className={styles['card']} aria-label="Network">
      <NetworkHeader />
      <NetworkGraph />
      <SelectionBar />
    </section>
  );
}
