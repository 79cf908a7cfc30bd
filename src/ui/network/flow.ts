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

/** Nodes and edges, with none selected. */
export function flowOf(
  graph: NetworkGraph,
  { vertical, boxes, wires }: Arrangement,
  draggable: boolean,
): { nodes: FlowNode[]; edges: FlowEdge[] } {
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
  const items = [...graph.trunk, ...graph.branches.flatMap(({ layers, output }) => [...layers, output])];
  const image = { shape: graph.input, vertical, ...unselected };
  const nodes: FlowNode[] = [
    { ...frame(inputId), type: 'image', draggable: false, data: image },
    ...items.map((item): ItemNode => {
      const data = { item, vertical, ...unselected };
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

const unselected: Shown = { selected: false, tabbable: false };

/** The nodes with the one that the Tab key reaches; the others stay the same objects, so that they are not drawn anew. */
export function withCurrent(nodes: readonly FlowNode[], current: string, isSelected: boolean): FlowNode[] {
  const shown: Shown = { selected: isSelected, tabbable: true };
  return nodes.map((node) => {
    if (node.id !== current || node.type === 'fork') return node;
    return node.type === 'image'
      ? { ...node, data: { ...node.data, ...shown } }
      : { ...node, data: { ...node.data, ...shown } };
  });
}
