/** The registry of network presets: their only list. */
import { layerSchema } from '../layers/index.ts';
import type { Experiment } from '../schema.ts';
import { lenet } from './lenet.ts';
import { mobileNet } from './mobile-net.ts';
import { multiTaskNet } from './multi-task-net.ts';
import type { Preset } from './preset.ts';
import { resnet9 } from './resnet-9.ts';
import { vggSmall } from './vgg-small.ts';

export const presets = {
  lenet,
  'vgg-small': vggSmall,
  'multi-task-net': multiTaskNet,
  'resnet-9': resnet9,
  'mobile-net': mobileNet,
} satisfies Record<string, Preset>;

export type PresetId = keyof typeof presets;

/** The experiment with a preset's trunk, and its head for every task. */
export function withPreset(experiment: Experiment, id: PresetId): Experiment {
  const preset: Preset = presets[id];
  const parse = (stack: Preset['head']) => stack.map((layer) => layerSchema.parse(layer));
  return {
    ...experiment,
    trunk: parse(preset.trunk),
    heads: Object.fromEntries(experiment.tasks.map((task) => [task.id, parse(preset.head)])),
  };
}

/** The preset that an experiment's network still is; undefined once it was edited. */
export function presetOf(experiment: Experiment): PresetId | undefined {
  const text = ({ trunk, heads }: Experiment) =>
    JSON.stringify([trunk, experiment.tasks.map(({ id }) => heads[id])]);
  return (Object.keys(presets) as PresetId[]).find(
    (id) => text(withPreset(experiment, id)) === text(experiment),
  );
}
