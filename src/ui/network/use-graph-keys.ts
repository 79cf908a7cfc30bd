/** The graph's keys: arrows walk, Alt with arrows moves, Delete removes, Ctrl or Cmd with D duplicates, + inserts. */
import { useCallback, type KeyboardEvent } from 'react';
import { experimentStore } from '#stores/experiment.ts';
import { setView } from '#stores/view.ts';
import { applyEdit } from './apply.ts';
import { duplicateLayer, removeSelected, stepLayer, type Edited } from './edits.ts';
import { focusNode } from './focus.ts';
import type { NetworkGraph } from './graph.ts';
import { inputId, type Arrangement } from './layout.ts';
import { layerAt, pathOf, placeAfter } from './places.ts';
import { directionOf, neighbour } from './walk.ts';

interface Keys {
  readonly graph: NetworkGraph;
  readonly arrangement: Arrangement;
  /** The node that the keys are about where none has the focus. */
  readonly current: string;
  readonly openMenu: (wire: string) => void;
}

const follow = (edited: Edited | undefined) => {
  if (edited) focusNode(edited.selection ?? inputId);
};

function walk({ graph, arrangement }: Keys, node: string, event: KeyboardEvent): boolean {
  const direction = directionOf(event.key, arrangement.vertical);
  if (!direction) return false;
  if (event.altKey) {
    // In the trunk nothing lies beside: there, both pairs of arrows move along it.
    const across = direction === 'up' ? 'back' : direction === 'down' ? 'on' : direction;
    const along = node.startsWith('trunk.') ? across : direction;
    follow(applyEdit((experiment) => stepLayer(experiment, node, along)));
    return true;
  }
  const next = neighbour(graph, arrangement, node, direction);
  if (next === undefined) return true;
  setView({ selection: next });
  focusNode(next);
  return true;
}

function openAfter({ arrangement, openMenu }: Keys, node: string): void {
  const slot = pathOf(placeAfter(experimentStore.getState().experiment, node));
  const wire = arrangement.wires.find((each) => pathOf(each.slot) === slot);
  if (wire) openMenu(wire.id);
}

/** Does what a key means for a node; false where it means nothing here. */
function act(keys: Keys, node: string, event: KeyboardEvent): boolean {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'd') {
    follow(
      applyEdit((experiment) => (layerAt(experiment, node) ? duplicateLayer(experiment, node) : undefined)),
    );
    return true;
  }
  if (event.ctrlKey || event.metaKey) return false;
  switch (event.key) {
    case 'Delete':
    case 'Backspace':
      follow(applyEdit((experiment) => removeSelected(experiment, node)));
      return true;
    case '+':
    case 'Insert':
      openAfter(keys, node);
      return true;
    case 'Escape':
      setView({ selection: null });
      return true;
    default:
      return walk(keys, node, event);
  }
}

export function useGraphKeys(keys: Keys) {
  const { graph, arrangement, current, openMenu } = keys;
  return useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      // A menu's keys bubble through React although it stands elsewhere on the page.
      if (!(event.target instanceof HTMLElement) || !event.currentTarget.contains(event.target)) return;
      const focused = event.target.closest<HTMLElement>('[data-node]')?.dataset['node'];
      if (!act({ graph, arrangement, current, openMenu }, focused ?? current, event)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    [graph, arrangement, current, openMenu],
  );
}
