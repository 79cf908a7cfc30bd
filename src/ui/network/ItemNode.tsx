/** A layer or a task's output in the graph: label, output shape, parameters; below it its map's size, or why it does not fit. */
import { Handle, Position, type NodeProps } from '@xyflow/react';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { memo, useId } from 'react';
import { formatCount } from '#lib/format.ts';
import { formatShape, isMap, type Shape } from '#lib/shape.ts';
import { branchColour, type ItemNode as Flow } from './flow.ts';
import { reasonOf, type LayerItem, type OutputItem } from './graph.ts';
import styles from './network.module.css';
import { spokenNode } from './words.ts';

export const ItemNode = memo(function ItemNode({ data }: NodeProps<Flow>) {
  const { item, selected, tabbable, vertical } = data;
  const reasonId = useId();
  return (
    <>
      <Handle type="target" position={vertical ? Position.Top : Position.Left} isConnectable={false} />
      <button
        type="button"
        className={styles['node']}
        style={{ '--branch': branchColour(item.branch) }}
        data-node={item.id}
        data-state={item.state}
        data-head={item.branch === null ? undefined : true}
        data-wide={vertical && item.branch === null ? true : undefined}
        aria-pressed={selected}
        aria-label={spokenNode(item)}
        aria-describedby={item.problem ? reasonId : undefined}
        tabIndex={tabbable ? 0 : -1}
      >
        {vertical && item.role === 'layer' && item.branch === null ? <MapStrip shape={item.output} /> : null}
        <span className={styles['label']} title={item.label}>
          {item.label}
        </span>
        <Figures item={item} />
        {item.state === 'broken' ? <IconAlertTriangleFilled className={styles['warning']} size={13} /> : null}
      </button>
      {item.problem ? (
        <p id={reasonId} className={styles['reason']} title={item.problem.remedy}>
          {reasonOf(item.problem)}
        </p>
      ) : null}
      {!vertical && item.role === 'layer' && item.branch === null && item.state === 'fine' ? (
        <MapStrip shape={item.output} />
      ) : null}
      <Handle type="source" position={vertical ? Position.Bottom : Position.Right} isConnectable={false} />
    </>
  );
});

const stateText = { broken: 'does not fit', unreached: 'not reached' } as const;

function Figures({ item }: { item: LayerItem | OutputItem }) {
  const shape = item.role === 'output' ? item.detail : item.output && formatShape(item.output);
  return (
    <>
      <span className={styles['shape']}>{item.state === 'fine' ? shape : stateText[item.state]}</span>
      <span className={styles['parameters']}>
        {item.parameterCount > 0 ? formatCount(item.parameterCount) : ''}
      </span>
    </>
  );
}

/** A map's size at a glance: height grows with the logarithm of its extent, width with that of its channels. */
function MapStrip({ shape }: { shape: Shape | undefined }) {
  const extent = shape && isMap(shape) ? Math.max(shape[0], shape[1]) : 1;
  const channels = shape?.at(-1) ?? 1;
  const height = Math.min(30, Math.max(4, 5 * Math.log2(extent)));
  const width = Math.min(64, Math.max(8, 7 * Math.log2(channels)));
  return (
    <span className={styles['stripCell']} aria-hidden>
      {shape ? <span className={styles['strip']} style={{ width, height }} /> : null}
    </span>
  );
}
