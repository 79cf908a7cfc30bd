/** Larger, smaller, everything: for networks that do not fit their card. */
import { Panel, useReactFlow } from '@xyflow/react';
import { IconMaximize, IconMinus, IconPlus } from '@tabler/icons-react';
import styles from './network.module.css';

interface ZoomButtonsProps {
  /** Everything is in sight: shown only to who looks for them. */
  readonly quiet: boolean;
}

export function ZoomButtons({ quiet }: ZoomButtonsProps) {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  return (
    <Panel position="bottom-left" className={styles['zoom'] ?? ''} data-quiet={quiet || undefined}>
      <button type="button" aria-label="Zoom out" title="Zoom out" onClick={() => void zoomOut()}>
        <IconMinus size={13} />
      </button>
      <button type="button" aria-label="Zoom in" title="Zoom in" onClick={() => void zoomIn()}>
        <IconPlus size={13} />
      </button>
      <button
        type="button"
        aria-label="Show the whole network"
        title="Show the whole network"
        onClick={() => void fitView({ padding: 0.04, maxZoom: 1.1 })}
      >
        <IconMaximize size={13} />
      </button>
    </Panel>
  );
}
