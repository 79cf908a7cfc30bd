/** Turns an arrangement into what React Flow draws. Sizes and handles are given, so that nothing is measured and no wire flickers. */
import { Position, type Edge, type Node, type NodeHandle } from '@xyflow/react';
import type { Shape } from '#lib/shape.ts';
import { taskColour } from '../task-colour.ts';
import type { LayerItem, NetworkGraph, OutputItem } from './graph.ts';
import { forkId, inputId, type Arrangement, type Box, type Wire } from './layout.ts';

type Shown = {
  readonly selected: boolean;
  /** Whether the Tab key reaches it: one node of the graph at a time; arrow keys do the rest. */
  readonly tabbable: boolean;
};

export type ItemNode = Node<Shown & { item: LayerItem | OutputItem; vertical: boolean }, 'item'>;
export type ImageNode = Node<Shown & { shape: Shape; vertical: boolean }, 'image'>;
export type ForkNode = Node<Record<string, never>, 'fork'>;
export type FlowNode = ItemNode | ImageNode | ForkNode;
export type FlowEdge = Edge<{ wire: Wire; vertical: boolean }, 'insert'>;

/** A task's colour, or the trunk's grey. */
export function branchColour(branch: number | null): string {
  return branch === null ? 'var(--line-strong)' : taskColour(branch);
}

function handles({ width, height }: Box, vertical: boolean): NodeHandle[] {
  const at = (type: 'source' | 'target', position: Position, x: number, y: number) => ({
    type,
    position,
    x,
    y,
    width: 0,
    height: 0,
  });
  return vertical
    ? [at('target', Position.Top, width / 2, 0), at('source', Position.Bottom, width / 2, height)]
    : [at('target', Position.Left, 0, height / 2), at('source', Position.Right, width, height / 2)];
}

interface Choice {
  readonly selection: string | null;
  readonly current: string;
  readonly draggable: boolean;
}

/** Nodes and edges; `current` is the node that the Tab key reaches. */
export function flowOf(
  graph: NetworkGraph,
  arrangement: Arrangement,
  { selection, current, draggable }: Choice,
): { nodes: FlowNode[]; edges: FlowEdge[] } {
  const { vertical, boxes, wires } = arrangement;
  const frame = (id: string) => {
    const box = boxes.get(id);
    if (!box) throw new Error(`The arrangement has no place for ${id}.`);
    const { x, y, width, height } = box;
    const measured = { width, height };
    const quiet = { role: undefined, 'aria-roledescription': undefined };
    return {
      id,
      position: { x, y },
      width,
      height,
      measured,
      handles: handles(box, vertical),
      domAttributes: quiet,
    };
  };
  const shown = (id: string): Shown => ({ selected: id === selection, tabbable: id === current });
  const items = [...graph.trunk, ...graph.branches.flatMap(({ layers, output }) => [...layers, output])];
  const nodes: FlowNode[] = [
    {
      ...frame(inputId),
      type: 'image',
      draggable: false,
      data: { shape: graph.input, vertical, ...shown(inputId) },
    },
    ...items.map((item): ItemNode => {
      const data = { item, vertical, ...shown(item.id) };
      return { ...frame(item.id), type: 'item', draggable: draggable && item.role === 'layer', data };
    }),
    { ...frame(forkId), type: 'fork', draggable: false, data: {} },
  ];
  const edges = wires.map((wire): FlowEdge => {
    const { id, source, target } = wire;
    return {
      id,
      source,
      target,
      type: 'insert',
      data: { wire, vertical },
      domAttributes: { 'aria-hidden': true },
    };
  });
  return { nodes, edges };
}
