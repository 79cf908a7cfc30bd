/** The two nodes that are no layers: the image that goes in, and the fork where the tasks part. */
import { Handle, Position, type NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { formatShape } from '#lib/shape.ts';
import type { ImageNode as Flow } from './flow.ts';
import { inputId } from './layout.ts';
import styles from './network.module.css';
import { Thumbnail } from './Thumbnail.tsx';
import { spokenShape } from './words.ts';

export const ImageNode = memo(function ImageNode({ data }: NodeProps<Flow>) {
  const { shape, selected, tabbable, vertical } = data;
  return (
    <>
      <button
        type="button"
        className={styles['image']}
        data-node={inputId}
        aria-pressed={selected}
        aria-label={`Input image, ${spokenShape(shape)}`}
        tabIndex={tabbable ? 0 : -1}
      >
        <Thumbnail />
      </button>
      <span className={styles['imageShape']} data-beside={vertical || undefined} aria-hidden>
        {formatShape(shape)}
      </span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
});

export const ForkNode = memo(function ForkNode() {
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <span className={styles['fork']} />
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
});
