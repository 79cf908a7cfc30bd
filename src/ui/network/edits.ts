/** Edits of the network, as pure functions: the experiment before, the experiment after and what is then selected. */
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { describeLayer, layerSchema, type Layer, type LayerKind } from '#experiment/layers/index.ts';
import { LayerError } from '#experiment/layers/layer.ts';
import { presetOf, presets, withPreset, type PresetId } from '#experiment/presets/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { Shape } from '#lib/shape.ts';
import { layerAt, parsePlace, pathOf, stackAt, withStack, type Place } from './places.ts';

export interface Edited {
  readonly experiment: Experiment;
  /** Path to select afterwards. */
  readonly selection: string | null;
}

/** Which way a layer moves: along its stack, or to the head of the task before or after. */
export type Direction = 'back' | 'on' | 'up' | 'down';

/** Why a layer cannot work on an input; undefined where it can. */
export function misfit(layer: Layer, input: Shape): LayerError | undefined {
  try {
    describeLayer(layer).outputShape(input);
    return undefined;
  } catch (error) {
    if (error instanceof LayerError) return error;
    throw error;
  }
}

/** Settings to try, in order, where a kind's own do not suit the input. */
const fallbacks = [{}, { padding: 'same' }, { groups: 5 }, { groups: 4 }, { groups: 3 }, { groups: 1 }];

/** A new layer of a kind: with its default settings, or the nearest that suit the input. */
export function freshLayer(kind: LayerKind, input: Shape | undefined): Layer {
  const usual = layerSchema.parse({ kind });
  if (!input) return usual;
  const candidates = fallbacks.flatMap((settings) => layerSchema.safeParse({ kind, ...settings }).data ?? []);
  return candidates.find((layer) => !misfit(layer, input)) ?? usual;
}

/** Puts a layer at a place; what stood there comes after it. */
export function insertLayer(experiment: Experiment, at: Place, layer: Layer): Edited {
  const stack = stackAt(experiment, at.task).toSpliced(at.index, 0, layer);
  return { experiment: withStack(experiment, at.task, stack), selection: pathOf(at) };
}

/** Takes a layer out; then the one after it is selected, or the one before, or the task whose head is empty now. */
export function removeLayer(experiment: Experiment, path: string): Edited {
  const place = parsePlace(path);
  if (!place || !layerAt(experiment, path)) return { experiment, selection: path };
  const stack = stackAt(experiment, place.task).toSpliced(place.index, 1);
  const next = Math.min(place.index, stack.length - 1);
  const emptied = place.task === null ? null : `tasks.${place.task}`;
  return {
    experiment: withStack(experiment, place.task, stack),
    selection: next < 0 ? emptied : pathOf({ ...place, index: next }),
  };
}

/** Removes what is selected; undefined where that is no layer. */
export function removeSelected(experiment: Experiment, selection: string | null): Edited | undefined {
  return selection !== null && layerAt(experiment, selection)
    ? removeLayer(experiment, selection)
    : undefined;
}

/** Puts a copy after a layer. */
export function duplicateLayer(experiment: Experiment, path: string): Edited {
  const place = parsePlace(path);
  const layer = layerAt(experiment, path);
  if (!place || !layer) return { experiment, selection: path };
  return insertLayer(experiment, { ...place, index: place.index + 1 }, structuredClone(layer));
}

/** Moves a layer to where `to` stands now; what stood there comes after it. Also between trunk and heads. */
export function moveLayer(experiment: Experiment, path: string, to: Place): Edited {
  const from = parsePlace(path);
  const layer = layerAt(experiment, path);
  if (!from || !layer) return { experiment, selection: path };
  const without = removeLayer(experiment, path).experiment;
  const shifted = from.task === to.task && from.index < to.index;
  return insertLayer(without, shifted ? { ...to, index: to.index - 1 } : to, layer);
}

/** Whether moving a layer there would leave everything as it is. */
export function staysPut(path: string, to: Place): boolean {
  const from = parsePlace(path);
  return (
    from !== undefined && from.task === to.task && (to.index === from.index || to.index === from.index + 1)
  );
}

/** Where a step takes a layer, as `moveLayer` understands it; undefined at an end. */
function stepTarget({ tasks, trunk, heads }: Experiment, from: Place, direction: Direction) {
  const row = tasks.findIndex(({ id }) => id === from.task);
  const headOf = (task: string | undefined, index: number): Place | undefined =>
    task === undefined ? undefined : { task, index: Math.min(index, heads[task]?.length ?? 0) };
  const length = from.task === null ? trunk.length : (heads[from.task]?.length ?? 0);
  switch (direction) {
    case 'back':
      if (from.index > 0) return { ...from, index: from.index - 1 };
      return from.task === null ? undefined : { task: null, index: trunk.length };
    case 'on':
      if (from.index + 1 < length) return { ...from, index: from.index + 2 };
      return from.task === null ? headOf(tasks[0]?.id, 0) : undefined;
    case 'up':
    case 'down':
      if (from.task === null) return undefined;
      return headOf(tasks[row + (direction === 'up' ? -1 : 1)]?.id, from.index);
  }
}

/** Moves a layer one place; from the trunk's end into the first head, and back. Undefined at an end. */
export function stepLayer(experiment: Experiment, path: string, direction: Direction): Edited | undefined {
  const from = parsePlace(path);
  const target = from && layerAt(experiment, path) ? stepTarget(experiment, from, direction) : undefined;
  return target && moveLayer(experiment, path, target);
}

/** Gives every task the head of one. */
export function copyHead(experiment: Experiment, task: string): Experiment {
  const head = stackAt(experiment, task);
  const heads = Object.fromEntries(experiment.tasks.map(({ id }) => [id, structuredClone([...head])]));
  return { ...experiment, heads };
}

/** Changes one setting of a layer; whether it is valid is for the document to say. */
export function changeSetting(experiment: Experiment, path: string, key: string, value: unknown): Experiment {
  const place = parsePlace(path);
  const layer = layerAt(experiment, path);
  if (!place || !layer) return experiment;
  const stack = stackAt(experiment, place.task).with(place.index, { ...layer, [key]: value });
  return withStack(experiment, place.task, stack);
}

/** Puts a preset in the place of the network; a name that the page gave says so. */
export function choosePreset(experiment: Experiment, id: PresetId, info: DatasetInfo): Experiment {
  const before = presetOf(experiment);
  const given = Object.values(presets).map(({ name }) => `${info.name} · ${name}`);
  const keepsName = !given.includes(experiment.name);
  if (before === id) return experiment;
  const name = keepsName ? experiment.name : `${info.name} · ${presets[id].name}`;
  return { ...withPreset(experiment, id), name };
}
