/** How nodes of the graph and their numbers read, on the page and to a screen reader. */
import { formatCount } from '#lib/format.ts';
import type { Shape } from '#lib/shape.ts';
import { reasonOf, type LayerItem, type OutputItem } from './graph.ts';

/** "5,020 parameters". */
export function parameterText(count: number): string {
  return `${count === 0 ? 'no' : formatCount(count)} ${count === 1 ? 'parameter' : 'parameters'}`;
}

/** A shape to be heard: "32 by 32 by 10". */
export function spokenShape(shape: Shape): string {
  return shape.join(' by ');
}

/** What a node is called: "Conv 5×5, output 32 by 32 by 10, 260 parameters", in a head "Dense 50 for top left, …". */
export function spokenNode(item: LayerItem | OutputItem): string {
  const layer = item.role === 'layer' && item.head !== null ? `${item.label} for ${item.head}` : item.label;
  const name = item.role === 'output' ? `Output of ${item.label}` : layer;
  if (item.state === 'broken')
    return `${name}, does not fit${item.problem ? `: ${reasonOf(item.problem)}` : ''}`;
  if (item.state === 'unreached') return `${name}, not reached`;
  const gives = item.role === 'output' ? item.detail : `output ${spokenShape(item.output ?? [])}`;
  return `${name}, ${gives}, ${parameterText(item.parameterCount)}`;
}
