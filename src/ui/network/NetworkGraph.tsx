/** The network as a graph that one can edit: React Flow draws, pans and drags; what is drawn comes from the document. */
import '@xyflow/react/dist/base.css';
import { useElementSize, useMediaQuery } from '@mantine/hooks';
import { ReactFlow, ReactFlowProvider, ViewportPortal } from '@xyflow/react';
import { useCallback, useMemo, useState, type MouseEvent } from 'react';
import { useExperiment } from '#stores/experiment.ts';
import { setView, useView } from '#stores/view.ts';
import { ForkNode, ImageNode } from './FixedNodes.tsx';
import { flowOf, withCurrent, type FlowNode } from './flow.ts';
import { focusNode, focusWire } from './focus.ts';
import { GraphContext } from './graph-context.ts';
import { graphOf, type NetworkGraph as Graph } from './graph.ts';
import { InsertEdge } from './InsertEdge.tsx';
import { ItemNode } from './ItemNode.tsx';
import { arrange, forkId, inputId, type Arrangement } from './layout.ts';
import styles from './network.module.css';
import { useDrag } from './use-drag.ts';
import { useFit, useReveal } from './use-fit.ts';
import { useGraphKeys } from './use-graph-keys.ts';
import { fitInto, margin, type Fit } from './viewport.ts';
import { ZoomButtons } from './ZoomButtons.tsx';

const nodeTypes = { item: ItemNode, image: ImageNode, fork: ForkNode };
const edgeTypes = { insert: InsertEdge };

function useGraph(): Graph {
  const experiment = useExperiment((state) => state.experiment);
  const info = useExperiment((state) => state.info);
  const plan = useExperiment((state) => state.plan);
  const problems = useExperiment((state) => state.problems);
  return useMemo(() => graphOf(experiment, info, plan, problems), [experiment, info, plan, problems]);
}

export function NetworkGraph() {
  const { ref, width } = useElementSize();
  const graph = useGraph();
  const arrangement = useMemo(() => arrange(graph, Math.max(240, width - 2 * margin.x)), [graph, width]);
  const fit = useMemo(() => fitInto(arrangement, width), [arrangement, width]);
  return (
    <div
      ref={ref}
      className={styles['canvas']}
      style={{ height: fit.height }}
      data-vertical={arrangement.vertical || undefined}
    >
      {width > 0 ? (
        <ReactFlowProvider>
          <Flow graph={graph} arrangement={arrangement} fit={fit} />
        </ReactFlowProvider>
      ) : null}
    </div>
  );
}

interface FlowProps {
  readonly graph: Graph;
  readonly arrangement: Arrangement;
  readonly fit: Fit;
}

/** The wires' menu, and which of them the Tab key reaches. */
function useInsertMenu(arrangement: Arrangement, current: string) {
  const [menu, setMenu] = useState<string | null>(null);
  const tabbable = useMemo(() => {
    const near = arrangement.wires.filter(({ source, target }) => source === current || target === current);
    return new Set(near.map(({ id }) => id));
  }, [arrangement, current]);
  const closeMenu = useCallback(
    (edited: { selection: string | null } | undefined) => {
      if (edited?.selection) focusNode(edited.selection);
      else if (menu) focusWire(menu);
      setMenu(null);
    },
    [menu],
  );
  return { menu, tabbable, openMenu: setMenu, closeMenu };
}

function select(_event: MouseEvent, { id }: FlowNode): void {
  if (id === forkId) return;
  setView({ selection: id, inspectorOpen: true });
  focusNode(id);
}

function Flow({ graph, arrangement, fit }: FlowProps) {
  const selection = useView((state) => state.selection);
  const current =
    selection !== null && arrangement.boxes.has(selection) ? selection : (graph.trunk[0]?.id ?? inputId);
  const coarse = useMediaQuery('(pointer: coarse)', false, { getInitialValueInEffect: false });
  const { menu, tabbable, openMenu, closeMenu } = useInsertMenu(arrangement, current);
  const { dragged, onNodeDrag, onNodeDragStop } = useDrag(arrangement);
  const onKeyDown = useGraphKeys({ graph, arrangement, current, openMenu });
  const { moved, onMoveEnd } = useFit(fit);
  useReveal(arrangement, selection);
  const flow = useMemo(() => flowOf(graph, arrangement, !coarse), [graph, arrangement, coarse]);
  const still = useMemo(
    () => withCurrent(flow.nodes, current, current === selection),
    [flow, current, selection],
  );
  const nodes = dragged
    ? still.map((node) =>
        node.id === dragged.id ? { ...node, position: dragged.position, zIndex: 10, dragging: true } : node,
      )
    : still;
  const drop = dragged?.drop?.id ?? null;
  const controls = useMemo(
    () => ({ tabbable, menu, drop, openMenu, closeMenu }),
    [tabbable, menu, drop, openMenu, closeMenu],
  );
  return (
    <GraphContext value={controls}>
      <ReactFlow
        nodes={nodes}
        edges={flow.edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        defaultViewport={fit}
        minZoom={0.3}
        maxZoom={2}
        aria-label="Network"
        onKeyDown={onKeyDown}
        onNodeClick={select}
        onPaneClick={() => setView({ selection: null })}
        onNodeDrag={onNodeDrag}
        onNodeDragStop={onNodeDragStop}
        onMoveEnd={onMoveEnd}
        panOnDrag={moved || !fit.whole}
        autoPanOnNodeDrag={!fit.whole}
        {...fixed}
      >
        <ViewportPortal>
          {arrangement.captions.map(({ id, text, x, y }) => (
            <span key={id} className={styles['caption']} style={{ transform: `translate(${x}px, ${y}px)` }}>
              {text}
            </span>
          ))}
        </ViewportPortal>
        <ZoomButtons quiet={fit.whole && !moved} />
      </ReactFlow>
    </GraphContext>
  );
}

/** Keys, selection and the wheel are ours or the page's, not React Flow's. */
const fixed = {
  nodeDragThreshold: 4,
  nodesConnectable: false,
  nodesFocusable: false,
  edgesFocusable: false,
  elementsSelectable: false,
  disableKeyboardA11y: true,
  deleteKeyCode: null,
  selectionKeyCode: null,
  multiSelectionKeyCode: null,
  panActivationKeyCode: null,
  zoomOnScroll: false,
  zoomOnDoubleClick: false,
  preventScrolling: false,
} as const;
