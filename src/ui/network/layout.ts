/**
 * Where the graph's nodes stand. Wide: the trunk from left to right, in as few rows as keep it readable, and the heads
 * stacked at its right. Narrow: the trunk from top to bottom, and the heads side by side below it. Pixels at zoom 1.
 */
import { formatShape } from '#lib/shape.ts';
import type { Branch, LayerItem, NetworkGraph, OutputItem } from './graph.ts';
import type { Place } from './places.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A wire, with the place where its + inserts a layer. */
export interface Wire {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly slot: Place;
  /** What its + does, in words. */
  readonly name: string;
  /** Centre of the +. */
  readonly at: { readonly x: number; readonly y: number };
  readonly branch: number | null;
  /** Whether it goes back to the start of the next row. */
  readonly wraps: boolean;
  readonly reached: boolean;
}

export interface Caption {
  readonly id: string;
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export interface Arrangement {
  readonly vertical: boolean;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly wires: readonly Wire[];
  readonly captions: readonly Caption[];
  readonly width: number;
  readonly height: number;
}

/** Ids of the nodes that are neither layers nor outputs. */
export const inputId = 'input';
export const forkId = 'fork';

/** Containers below this width get the vertical arrangement. */
const narrowWidth = 600;
/** The smallest zoom at which a node's text still reads well. */
const readableZoom = 0.8;
/** What is taller than this at that zoom needs a smaller one, or panning. */
export const tallestGraph = 428;

const wide = { node: 54, gap: 22, below: 50, thumb: 52, fork: 8, fan: 40, caption: 24 };
const tall = { node: 46, gap: 22, thumb: 48, fork: 8, fan: 44, headGap: 8, caption: 26, reason: 44 };

type Item = LayerItem | OutputItem;

const stackOf = ({ layers, output }: Branch): readonly Item[] => [...layers, output];

/** Width of a node, from its longest line (12 px Inter semi-bold, 11 px JetBrains Mono); a warning needs room. */
function widthOf(item: Item): number {
  const fine = item.state === 'fine';
  const second = item.role === 'output' ? item.detail : formatShape(item.output ?? []);
  const label = 7 * item.label.length + (item.state === 'broken' ? 16 : 0);
  const text = Math.max(label, fine ? 6.7 * second.length : 64);
  return Math.min(148, Math.max(84, 2 * Math.ceil((text + 24) / 2)));
}

type LooseWire = Omit<Wire, 'at' | 'wraps'>;

/** The wires of a stack, from `source` through its items. */
function chain(source: string, items: readonly Item[], task: string | null): LooseWire[] {
  return items.map((item, index) => {
    const before = items[index - 1];
    const start =
      task === null ? 'Insert a layer at the start of the trunk' : 'Insert a layer at the start of this head';
    return {
      id: `${before?.id ?? source}→${item.id}`,
      source: before?.id ?? source,
      target: item.id,
      slot: { task, index },
      branch: item.branch,
      reached: item.state !== 'unreached',
      name: before
        ? `Insert a layer between ${before.label} and ${item.label}`
        : `${start}, before ${item.label}`,
    };
  });
}

/** The wires of a graph, without the places of their +. */
function wiresOf({ trunk, branches }: NetworkGraph): LooseWire[] {
  const source = trunk.at(-1)?.id ?? inputId;
  const end: LooseWire = {
    id: `${source}→${forkId}`,
    source,
    target: forkId,
    slot: { task: null, index: trunk.length },
    branch: null,
    reached: trunk.every(({ state }) => state === 'fine'),
    name: 'Insert a layer at the end of the trunk',
  };
  const heads = branches.flatMap((branch) => chain(forkId, stackOf(branch), branch.output.task));
  return [...chain(inputId, trunk, null), end, ...heads];
}

/** Rows of items, none wider than `limit` unless it holds a single item. */
function rowsWithin(items: readonly LayerItem[], limit: number): LayerItem[][] {
  const rows: LayerItem[][] = [];
  let width = Infinity;
  for (const item of items) {
    width += wide.gap + widthOf(item);
    if (width > limit) {
      rows.push([]);
      width = widthOf(item);
    }
    rows.at(-1)?.push(item);
  }
  return rows;
}

const rowWidth = (row: readonly Item[]) =>
  row.reduce((sum, item) => sum + widthOf(item) + wide.gap, -wide.gap);

/** The most even split into at most `count` rows: the narrowest limit that needs no more. */
function evenRows(items: readonly LayerItem[], count: number): LayerItem[][] {
  let limit = Math.max(0, ...items.map(widthOf));
  while (rowsWithin(items, limit).length > count) limit += 8;
  return rowsWithin(items, limit);
}

const outputWidth = (branches: readonly Branch[]) =>
  Math.max(84, ...branches.map(({ output }) => widthOf(output)));

/** The outputs stand under each other, after the longest head. */
const headsWidth = (branches: readonly Branch[]) =>
  Math.max(0, ...branches.map(({ layers }) => rowWidth(layers) + wide.gap)) + outputWidth(branches);

/** Left edge of the trunk, and what lies between its right edge and the heads. */
const trunkLeft = wide.thumb + wide.gap;
const forkSpan = wide.gap + wide.fork + wide.fan;

/** Height that rows of the trunk take, without what hangs below the last. */
const rowsHeight = (rows: number) => Math.max(1, rows) * (wide.node + wide.below) - wide.below;

/** Rows of the trunk: as few as let everything show at a readable zoom, or else those that show it largest. */
function chooseRows({ trunk, branches }: NetworkGraph, available: number): LayerItem[][] {
  const rest = trunkLeft + forkSpan + headsWidth(branches);
  let best = { rows: evenRows(trunk, 1), zoom: 0 };
  for (let count = 1; count <= Math.max(1, Math.ceil(trunk.length / 2)); count++) {
    const rows = evenRows(trunk, count);
    const width = rest + Math.max(0, ...rows.map(rowWidth));
    const height = wide.caption + rowsHeight(rows.length) + wide.below;
    const zoom = Math.min(available / width, tallestGraph / height);
    if (zoom > best.zoom) best = { rows, zoom };
    if (zoom >= readableZoom) break;
  }
  return best.rows;
}

/** A problem needs room below its node. */
const headHeight = (branch: Branch) =>
  wide.node + (stackOf(branch).some(({ state }) => state === 'broken') ? 56 : 16);

function placeTrunk(rows: readonly LayerItem[][], top: number, boxes: Map<string, Box>): void {
  const widest = Math.max(...rows.map(rowWidth));
  for (const [index, row] of rows.entries()) {
    // Rows end together where that takes no more than a little air.
    const air = row.length > 1 ? Math.min(20, (widest - rowWidth(row)) / (row.length - 1)) : 0;
    let x = trunkLeft;
    for (const item of row) {
      const width = widthOf(item);
      boxes.set(item.id, { x, y: top + index * (wide.node + wide.below), width, height: wide.node });
      x += width + wide.gap + air;
    }
  }
}

function placeHeads(branches: readonly Branch[], left: number, top: number, boxes: Map<string, Box>): void {
  const width = outputWidth(branches);
  const x = left + headsWidth(branches) - width;
  let y = top;
  for (const branch of branches) {
    let layerX = left;
    for (const item of branch.layers) {
      boxes.set(item.id, { x: layerX, y, width: widthOf(item), height: wide.node });
      layerX += widthOf(item) + wide.gap;
    }
    boxes.set(branch.output.id, { x, y, width, height: wide.node });
    y += headHeight(branch);
  }
}

function arrangeWide(graph: NetworkGraph, available: number): Arrangement {
  const { branches } = graph;
  const rows = chooseRows(graph, available);
  const boxes = new Map<string, Box>();
  const trunkHeight = rowsHeight(rows.length);
  const headsHeight = branches.reduce((sum, branch) => sum + headHeight(branch), -16);
  const middle = wide.caption + Math.max(trunkHeight, headsHeight) / 2;
  const top = Math.round(middle - trunkHeight / 2);
  const headsTop = Math.round(middle - headsHeight / 2);
  placeTrunk(rows, top, boxes);
  const trunkRight = trunkLeft + Math.max(0, ...rows.map(rowWidth));
  const lastCentre = top + trunkHeight - wide.node / 2;
  const thumbTop = top + (wide.node - wide.thumb) / 2;
  boxes.set(inputId, { x: 0, y: thumbTop, width: wide.thumb, height: wide.thumb });
  const forkLeft = trunkRight + wide.gap;
  boxes.set(forkId, { x: forkLeft, y: lastCentre - wide.fork / 2, width: wide.fork, height: wide.fork });
  const headsLeft = forkLeft + wide.fork + wide.fan;
  placeHeads(branches, headsLeft, headsTop, boxes);
  // Below the last row hang the sizes of its maps, or the reason why one does not fit.
  const hanging = rows.at(-1)?.some(({ state }) => state === 'broken') ? 50 : 36;
  const right = Math.max(...[...boxes.values()].map(({ x, width }) => x + width));
  return {
    vertical: false,
    boxes,
    wires: wiresOf(graph).map((wire) => placeWire(wire, boxes, false)),
    captions: [
      { id: 'caption-trunk', text: 'Shared trunk', x: trunkLeft, y: top - wide.caption },
      { id: 'caption-heads', text: 'Task heads', x: headsLeft, y: headsTop - wide.caption },
    ],
    width: right,
    height: Math.max(top + trunkHeight + hanging, headsTop + headsHeight),
  };
}

function arrangeTall(graph: NetworkGraph, available: number): Arrangement {
  const { trunk, branches } = graph;
  const boxes = new Map<string, Box>();
  const count = branches.length;
  const least = Math.max(84, ...branches.flatMap(stackOf).map(widthOf));
  const share = Math.floor((available + tall.headGap) / count) - tall.headGap;
  const column = Math.max(least, Math.min(150, share));
  const width = Math.max(available, count * (column + tall.headGap) - tall.headGap);
  const centred = (y: number, w: number, h: number): Box => ({ x: (width - w) / 2, y, width: w, height: h });
  boxes.set(inputId, centred(0, tall.thumb, tall.thumb));
  let y = tall.thumb + tall.gap;
  const trunkWidth = Math.min(340, available);
  const captions: Caption[] = [
    { id: 'caption-trunk', text: 'Shared trunk', x: (width - trunkWidth) / 2, y: y - tall.caption },
  ];
  for (const item of trunk) {
    boxes.set(item.id, centred(y, trunkWidth, tall.node));
    y += tall.node + tall.gap + (item.state === 'broken' ? tall.reason - tall.gap : 0);
  }
  boxes.set(forkId, centred(y, tall.fork, tall.fork));
  captions.push({ id: 'caption-heads', text: 'Task heads', x: (width - trunkWidth) / 2, y: y - 3 });
  y += tall.fork + tall.fan;
  const left = (width - count * (column + tall.headGap) + tall.headGap) / 2;
  let bottom = y;
  for (const [index, branch] of branches.entries()) {
    let headY = y;
    const x = left + index * (column + tall.headGap);
    for (const item of stackOf(branch)) {
      boxes.set(item.id, { x, y: headY, width: column, height: wide.node });
      headY += wide.node + (item.state === 'broken' ? 64 : tall.gap);
    }
    bottom = Math.max(bottom, headY - tall.gap);
  }
  const wires = wiresOf(graph).map((wire) => placeWire(wire, boxes, true));
  return { vertical: true, boxes, wires, captions, width, height: bottom };
}

/** The + of a wire stands halfway between neighbours, and close to its target where the wire comes from afar. */
function placeWire(wire: LooseWire, boxes: ReadonlyMap<string, Box>, vertical: boolean): Wire {
  const source = boxes.get(wire.source);
  const target = boxes.get(wire.target);
  if (!source || !target) throw new Error(`The wire ${wire.id} leads from or to no node.`);
  const wraps = !vertical && target.x < source.x;
  const far = wraps || wire.source === forkId;
  if (vertical) {
    const end = source.y + source.height;
    const y = far ? target.y - tall.gap / 2 - 1 : (end + target.y) / 2;
    return { ...wire, wraps, at: { x: far ? target.x + target.width / 2 : source.x + source.width / 2, y } };
  }
  const x = far ? target.x - wide.gap / 2 - 1 : (source.x + source.width + target.x) / 2;
  return { ...wire, wraps, at: { x, y: target.y + target.height / 2 } };
}

/** Arranges a graph for a container of a width in pixels. */
export function arrange(graph: NetworkGraph, available: number): Arrangement {
  return available < narrowWidth ? arrangeTall(graph, available) : arrangeWide(graph, available);
}

/** The place whose + is nearest to a point; undefined where none is within `reach`. */
export function nearestWire(
  { wires }: Arrangement,
  point: { readonly x: number; readonly y: number },
  reach: number,
): Wire | undefined {
  const distance = ({ at }: Wire) => Math.hypot(at.x - point.x, at.y - point.y);
  const nearest = wires.toSorted((a, b) => distance(a) - distance(b))[0];
  return nearest && distance(nearest) <= reach ? nearest : undefined;
}
