/** A wire of the graph with its +, which opens the menu of layers that could go there. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { IconPlus } from '@tabler/icons-react';
import { memo, use, type CSSProperties, type ComponentProps } from 'react';
import { branchColour, type FlowEdge } from './flow.ts';
import { GraphContext } from './graph-context.ts';
import { LayerMenu } from './LayerMenu.tsx';
import type { Wire } from './layout.ts';
import styles from './network.module.css';

interface Ends {
  readonly sourceX: number;
  readonly sourceY: number;
  readonly targetX: number;
  readonly targetY: number;
}

/** From the end of a row to the start of the next one: out, down, back, down, in, with round corners. */
function returnPath({ sourceX, sourceY, targetX, targetY }: Ends): string {
  const [out, back, middle, r] = [sourceX + 11, targetX - 11, targetY - 34, 6];
  return [
    `M${sourceX} ${sourceY}H${out - r}q${r} 0 ${r} ${r}V${middle - r}q0 ${r} ${-r} ${r}`,
    `H${back + r}q${-r} 0 ${-r} ${r}V${targetY - r}q0 ${r} ${r} ${r}H${targetX}`,
  ].join('');
}

function wirePath(ends: Ends, wraps: boolean, vertical: boolean): string {
  if (wraps) return returnPath(ends);
  const { sourceX, sourceY, targetX, targetY } = ends;
  const [x, y] = [(sourceX + targetX) / 2, (sourceY + targetY) / 2];
  const curve = vertical ? `${sourceX} ${y} ${targetX} ${y}` : `${x} ${sourceY} ${x} ${targetY}`;
  return `M${sourceX} ${sourceY}C${curve} ${targetX} ${targetY}`;
}

export const InsertEdge = memo(function InsertEdge(props: EdgeProps<FlowEdge>) {
  if (!props.data) return null;
  const { wire, vertical } = props.data;
  const style: CSSProperties = {
    stroke: wire.reached ? branchColour(wire.branch) : 'var(--line-strong)',
    strokeWidth: wire.branch === null || !wire.reached ? 1.4 : 2,
    ...(wire.reached ? {} : { strokeDasharray: '3 4' }),
  };
  return (
    <>
      <BaseEdge path={wirePath(props, wire.wraps, vertical)} style={style} interactionWidth={0} />
      <EdgeLabelRenderer>
        <InsertPoint wire={wire} />
      </EdgeLabelRenderer>
    </>
  );
});

function InsertPoint({ wire }: { wire: Wire }) {
  const { menu, tabbable, drop, openMenu, closeMenu } = use(GraphContext);
  const open = menu === wire.id;
  const button = (
    <InsertButton
      wire={wire}
      tabIndex={tabbable.has(wire.id) ? 0 : -1}
      data-open={open || undefined}
      data-drop={drop === wire.id || undefined}
      onClick={() => openMenu(wire.id)}
    />
  );
  if (!open) return button;
  return (
    <LayerMenu
      opened
      place={wire.slot}
      onChange={(opened) => {
        if (!opened) closeMenu(undefined);
      }}
      onInserted={closeMenu}
    >
      {button}
    </LayerMenu>
  );
}

function InsertButton({ wire, ...rest }: { wire: Wire } & ComponentProps<'button'>) {
  const { x, y } = wire.at;
  return (
    <button
      type="button"
      {...rest}
      className={`${styles['insert']} nodrag nopan`}
      style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
      data-wire={wire.id}
      aria-label={wire.name}
      aria-haspopup="menu"
    >
      <IconPlus size={12} stroke={2.2} />
    </button>
  );
}
