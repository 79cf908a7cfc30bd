/** Dragging a layer to another place: it follows the pointer, the nearest + offers itself, letting go moves it there. */
import type { OnNodeDrag, XYPosition } from '@xyflow/react';
import { useCallback, useState } from 'react';
import { applyEdit } from './apply.ts';
import { moveLayer, staysPut } from './edits.ts';
import type { FlowNode } from './flow.ts';
import { focusNode } from './focus.ts';
import { nearestWire, type Arrangement, type Wire } from './layout.ts';

interface Dragged {
  readonly id: string;
  readonly position: XYPosition;
  readonly drop: Wire | undefined;
}

/** Px from a layer's centre within which a + takes it. */
const reach = 80;

function dropOf(
  arrangement: Arrangement,
  { id, position, width = 0, height = 0 }: FlowNode,
): Wire | undefined {
  const centre = { x: position.x + width / 2, y: position.y + height / 2 };
  const wire = nearestWire(arrangement, centre, reach);
  return wire && !staysPut(id, wire.slot) ? wire : undefined;
}

export function useDrag(arrangement: Arrangement) {
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const onNodeDrag: OnNodeDrag<FlowNode> = useCallback(
    (_event, node) => setDragged({ id: node.id, position: node.position, drop: dropOf(arrangement, node) }),
    [arrangement],
  );
  const onNodeDragStop: OnNodeDrag<FlowNode> = useCallback(
    (_event, node) => {
      setDragged(null);
      const wire = dropOf(arrangement, node);
      const moved = wire && applyEdit((experiment) => moveLayer(experiment, node.id, wire.slot));
      if (moved?.selection) focusNode(moved.selection);
    },
    [arrangement],
  );
  return { dragged, onNodeDrag, onNodeDragStop };
}
