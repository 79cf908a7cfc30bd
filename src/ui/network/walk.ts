/** Walking the graph with the arrow keys: along the flow, and across to what lies beside. */
import type { Direction } from './edits.ts';
import type { NetworkGraph } from './graph.ts';
import { inputId, type Arrangement, type Box } from './layout.ts';

const arrows = {
  ArrowLeft: ['back', 'up'],
  ArrowRight: ['on', 'down'],
  ArrowUp: ['up', 'back'],
  ArrowDown: ['down', 'on'],
} as const;

/** What an arrow key means: along the flow or across it, which depends on how the graph lies. */
export function directionOf(key: string, vertical: boolean): Direction | undefined {
  return key in arrows ? arrows[key as keyof typeof arrows][vertical ? 1 : 0] : undefined;
}

/** Every way from the input to an output, as ids. */
function ways({ trunk, branches }: NetworkGraph): string[][] {
  const start = [inputId, ...trunk.map(({ id }) => id)];
  return branches.map(({ layers, output }) => [...start, ...layers.map(({ id }) => id), output.id]);
}

/** Offset of b's centre from a's: along the reading of rows, and across. */
function offset(a: Box, b: Box, vertical: boolean): { along: number; across: number } {
  const x = b.x + b.width / 2 - a.x - a.width / 2;
  const y = b.y + b.height / 2 - a.y - a.height / 2;
  return vertical ? { along: y, across: x } : { along: x, across: y };
}

function beside(from: string, sign: 1 | -1, { boxes, vertical }: Arrangement, ids: readonly string[]) {
  const here = boxes.get(from);
  if (!here) return undefined;
  const candidates = ids.flatMap((id) => {
    const box = boxes.get(id);
    const distance = box && offset(here, box, vertical);
    if (!distance || distance.across * sign < 20) return [];
    return [{ id, cost: Math.abs(distance.across) + 2 * Math.abs(distance.along) }];
  });
  return candidates.toSorted((a, b) => a.cost - b.cost)[0]?.id;
}

/** The node that one arrives at; undefined at an end. */
export function neighbour(
  graph: NetworkGraph,
  arrangement: Arrangement,
  from: string,
  direction: Direction,
): string | undefined {
  const all = ways(graph);
  const way = all.find((each) => each.includes(from)) ?? [];
  const index = way.indexOf(from);
  switch (direction) {
    case 'back':
      return way[index - 1];
    case 'on':
      return way[index + 1];
    case 'up':
      return beside(from, -1, arrangement, all.flat());
    case 'down':
      return beside(from, 1, arrangement, all.flat());
  }
}
