/** Everything the page can do, by name: for the command palette, the keys and the list of keys. */
import { builtinDatasets } from '#data/builtin/index.ts';
import { infoFor } from '#data/resolve.ts';
import { withData } from '#experiment/defaults.ts';
import { presets, type PresetId } from '#experiment/presets/index.ts';
import { strategies } from '#strategies/index.ts';
import { openCompare } from '#stores/compare.ts';
import { dismissRejected, editExperiment, experimentStore, redo, undo } from '#stores/experiment.ts';
import { exportExperiment, exportWeights, exportZip } from '#stores/files.ts';
import { libraryStore } from '#stores/library.ts';
import { evaluateNow, reset } from '#stores/run.ts';
import { runStore } from '#stores/run-state.ts';
import { resultTabs, sections, setView, viewStore } from '#stores/view.ts';
import { chooseAndBring } from '../import/bring-in.ts';
import { choosePreset, removeSelected } from '../network/edits.ts';
import { saveCapsule } from '../runs/capsule-actions.tsx';
import { inWords } from '../shared/fields-of.ts';
import { studyKinds } from '../studies/kinds.ts';
import { tell } from './notices.ts';
import { oneStep, trainOrPause } from './run-state.ts';
import { saveExport } from './save-export.ts';
import { shareLink } from './ShareButton.tsx';

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  /** What else one may search it by. */
  readonly keywords?: string;
  /** Keys as in shortcuts.ts: `mod` is ctrl, or cmd on a Mac. */
  readonly keys?: readonly string[];
  readonly run: () => unknown;
}

/** Evaluates what is trained; says so where nothing is. */
function evaluate(split: 'validation' | 'test'): Promise<void> | undefined {
  if (runStore.getState().step > 0) return evaluateNow(split, split === 'test' ? 'best' : 'last');
  tell('There is nothing to evaluate yet', 'Train first.');
  return undefined;
}

const runCommands: readonly Command[] = [
  {
    id: 'train',
    label: 'Train or pause',
    group: 'Run',
    keys: ['space'],
    run: trainOrPause,
    keywords: 'start resume stop',
  },
  { id: 'step', label: 'Train one step', group: 'Run', keys: ['.'], run: oneStep },
  { id: 'reset', label: 'Reset the run', group: 'Run', run: reset, keywords: 'forget clear' },
  { id: 'test', label: 'Evaluate on the test images', group: 'Run', run: () => evaluate('test') },
  {
    id: 'validate',
    label: 'Evaluate on the validation images',
    group: 'Run',
    run: () => evaluate('validation'),
  },
  {
    id: 'runs',
    label: 'Show the runs kept on this device',
    group: 'Run',
    keys: ['r'],
    run: () => setView({ dialog: 'runs' }),
    keywords: 'history library open resume earlier',
  },
  {
    id: 'compare',
    label: 'Compare runs',
    group: 'Run',
    keys: ['c'],
    run: () => openCompare(),
    keywords: 'overlay curves side by side difference',
  },
  {
    id: 'find-rate',
    label: 'Find a learning rate…',
    group: 'Run',
    run: () => setView({ dialog: 'rate-finder' }),
    keywords: 'range test lr finder suggestion',
  },
  ...studyKinds.map(({ id, label, keywords }) => ({
    id: `study-${id}`,
    label: `${label}…`,
    group: 'Run',
    run: () => setView({ dialog: 'studies', studyKind: id }),
    keywords: `study ${keywords}`,
  })),
  {
    id: 'studies',
    label: 'Show the studies kept on this device',
    group: 'Run',
    run: () => setView({ dialog: 'studies' }),
    keywords: 'several runs plan earlier resume',
  },
  {
    id: 'engine',
    label: 'Show engine details',
    group: 'Run',
    run: () => setView({ dialog: 'engine' }),
    keywords: 'kernels gpu adapter speed performance tuning',
  },
];

function removeSelection(): void {
  const { experiment } = experimentStore.getState();
  const edited = removeSelected(experiment, viewStore.getState().selection);
  if (edited && editExperiment(() => edited.experiment)) setView({ selection: edited.selection });
}

const editCommands: readonly Command[] = [
  { id: 'undo', label: 'Undo', group: 'Edit', keys: ['mod+z'], run: undo },
  { id: 'redo', label: 'Redo', group: 'Edit', keys: ['mod+shift+z', 'mod+y'], run: redo },
  {
    id: 'remove',
    label: 'Remove the selected layer',
    group: 'Edit',
    keys: ['delete', 'backspace'],
    run: removeSelection,
  },
  { id: 'change-data', label: 'Choose data…', group: 'Edit', run: () => setView({ dialog: 'data' }) },
];

/** Says so where no run is kept of what is on the page. */
function exportCapsuleOfPage(): Promise<void> | undefined {
  const { current } = libraryStore.getState();
  if (current !== null) return saveCapsule(current);
  tell('There is no run to export yet', 'Train first.');
  return undefined;
}

const fileCommands: readonly Command[] = [
  {
    id: 'export-experiment',
    label: 'Export the experiment (.trunkline.json)',
    group: 'Share and export',
    keys: ['mod+s'],
    keywords: 'save download',
    run: () => saveExport(exportExperiment),
  },
  {
    id: 'export-weights',
    label: 'Export the best weights (safetensors)',
    group: 'Share and export',
    keywords: 'save download pytorch',
    run: () => saveExport(() => exportWeights('best')),
  },
  {
    id: 'export-last-weights',
    label: 'Export the last weights (safetensors)',
    group: 'Share and export',
    keywords: 'save download pytorch',
    run: () => saveExport(() => exportWeights('last')),
  },
  {
    id: 'export-zip',
    label: 'Export everything (zip: weights, experiment, metrics.csv)',
    group: 'Share and export',
    keywords: 'save download csv',
    run: () => saveExport(() => exportZip('best')),
  },
  {
    id: 'export-capsule',
    label: 'Export the run as a capsule, to go on with it on another machine (zip)',
    group: 'Share and export',
    keywords: 'save download share checkpoint run',
    run: exportCapsuleOfPage,
  },
  {
    id: 'share',
    label: 'Copy a link to this experiment',
    group: 'Share and export',
    keywords: 'url',
    run: async () => {
      const link = await shareLink();
      if (link !== null)
        tell('The link is in the address bar', 'This browser does not let the page copy it.');
    },
  },
];

const presetCommands: readonly Command[] = (Object.keys(presets) as PresetId[]).map((id) => ({
  id: `preset-${id}`,
  label: `Network: ${presets[id].name}`,
  group: 'Network',
  keywords: `preset ${presets[id].help}`,
  run: () => editExperiment((experiment) => choosePreset(experiment, id, experimentStore.getState().info)),
}));

/** Points the experiment at a built-in set with its default settings. */
function chooseBuiltin(source: string): void {
  const data = { source, settings: {} };
  editExperiment((experiment) => withData(experiment, infoFor(data), data));
}

const dataCommands: readonly Command[] = [
  {
    id: 'import',
    label: 'Bring your own images…',
    group: 'Data',
    keys: ['i'],
    run: () => setView({ dialog: 'import' }),
    keywords: 'import open folder zip csv upload drop dataset',
  },
  {
    id: 'import-folder',
    label: 'Import a folder of images…',
    group: 'Data',
    run: () => chooseAndBring(true),
    keywords: 'own data directory open',
  },
  {
    id: 'import-files',
    label: 'Import files: pictures, zip, tar, tables…',
    group: 'Data',
    run: () => chooseAndBring(false),
    keywords: 'own data open archive csv parquet',
  },
  ...Object.values(builtinDatasets).map(({ id, name }) => ({
    id: `data-${id}`,
    label: `Data: ${name}`,
    group: 'Data',
    run: () => chooseBuiltin(id),
  })),
];

const strategyCommands: readonly Command[] = Object.entries(strategies).map(([kind, { name, help }]) => ({
  id: `strategy-${kind}`,
  label: `Balance tasks by: ${name}`,
  group: 'Tasks',
  keywords: `strategy ${help}`,
  run: () => editExperiment((experiment) => ({ ...experiment, strategy: { kind, settings: {} } })),
}));

const viewCommands: readonly Command[] = [
  ...resultTabs.map((tab) => ({
    id: `tab-${tab}`,
    label: `Show: ${inWords(tab)}`,
    group: 'View',
    run: () => setView({ tab, section: 'results' }),
  })),
  ...sections.map((section) => ({
    id: `section-${section}`,
    label: `Go to: ${inWords(section)}`,
    group: 'View',
    run: () => setView({ section, ...(section === 'settings' ? { inspectorOpen: true } : {}) }),
  })),
  {
    id: 'shortcuts',
    label: 'List of keys',
    group: 'View',
    keys: ['?', 'mod+/'],
    run: () => setView({ dialog: 'shortcuts' }),
  },
  { id: 'close', label: 'Close what is open', group: 'View', keys: ['escape'], run: close },
];

function close(): void {
  dismissRejected();
  const { inspectorOpen } = viewStore.getState();
  setView(inspectorOpen ? { inspectorOpen: false } : { selection: null });
}

/** All commands that need nothing of React, in the order of the palette. */
export const commands: readonly Command[] = [
  ...runCommands,
  ...editCommands,
  ...fileCommands,
  ...presetCommands,
  ...dataCommands,
  ...strategyCommands,
  ...viewCommands,
];
