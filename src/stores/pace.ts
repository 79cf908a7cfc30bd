/**
 * How long steps take on the adapters of this device: remembered from runs, and timed on request. Kept in the browser, so that
 * the next visit knows before Train what a run will take.
 */
import { z } from 'zod';
import { useStore } from 'zustand';
import { persist } from 'zustand/middleware';
import { createStore } from 'zustand/vanilla';
import type { DeviceInfo } from '#engine/types.ts';
import type { Experiment } from '#experiment/schema.ts';
import { estimateStep, type MeasuredStep, type StepEstimate } from '#experiment/step-estimate.ts';
import { experimentStore } from './experiment.ts';
import { outlineOf } from './run-cost.ts';
import { messageOf } from './run.ts';
import { runStore, type RunState } from './run-state.ts';
import { callTrainer } from './trainer.ts';

const measuredSchema = z.strictObject({
  key: z.string(),
  milliseconds: z.number().positive(),
  flops: z.number().positive(),
  origin: z.enum(['run', 'timed']),
  at: z.number(),
  perImage: z.number().nonnegative().optional(),
});
const keptSchema = z.object({ measured: z.record(z.string(), z.array(measuredSchema)) });

interface PaceState {
  /** By adapter, the latest first. */
  readonly measured: Readonly<Record<string, readonly MeasuredStep[]>>;
  /** Whether steps are being timed now. */
  readonly isTiming: boolean;
  /** Why the last steps could not be timed. */
  readonly error: string | null;
}

/** Steps that are remembered of one adapter. */
const most = 100;

const paceStore = createStore<PaceState>()(
  persist((): PaceState => ({ measured: {}, isTiming: false, error: null }), {
    name: 'trunkline-pace',
    version: 1,
    partialize: ({ measured }) => ({ measured }),
    // What lies in the browser may be of another version, or have been written by anybody.
    merge: (kept, fresh) => {
      const { data } = keptSchema.safeParse(kept);
      return data ? { ...fresh, measured: data.measured as PaceState['measured'] } : fresh;
    },
  }),
);

export function usePace<T>(select: (state: PaceState) => T): T {
  return useStore(paceStore, select);
}

type Adapter = Pick<DeviceInfo, 'backend' | 'adapter'>;
const nameOf = ({ backend, adapter }: Adapter) => `${backend} ${adapter}`;

/** The likely time of a step of an experiment; null where nothing is known of the adapter, or of the experiment. */
export function estimateFor(
  experiment: Experiment,
  device: Adapter | null,
  { measured }: Pick<PaceState, 'measured'>,
): StepEstimate | null {
  const outline = outlineOf(experiment);
  const known = device ? measured[nameOf(device)] : undefined;
  return outline && known ? estimateStep(known, outline.key, outline.cost.flops) : null;
}

function remember(device: Adapter, step: MeasuredStep): void {
  const { measured } = paceStore.getState();
  const before = measured[nameOf(device)] ?? [];
  const old = before.find(({ key }) => key === step.key);
  const others = before.filter(({ key }) => key !== step.key);
  const perImage = step.perImage ?? old?.perImage;
  const latest = { ...step, ...(perImage === undefined ? {} : { perImage }) };
  paceStore.setState({ measured: { ...measured, [nameOf(device)]: [latest, ...others].slice(0, most) } });
}

/** Times a few steps of the page's experiment, on weights of their own: no run is touched. Never rejects: `error` tells. */
export async function measurePace(): Promise<void> {
  const { experiment } = experimentStore.getState();
  const outline = outlineOf(experiment);
  const { device } = runStore.getState();
  if (!outline || !device || paceStore.getState().isTiming) return;
  paceStore.setState({ isTiming: true, error: null });
  try {
    const { milliseconds } = await callTrainer('timeSteps', { experiment });
    const { key, cost } = outline;
    remember(device, { key, milliseconds, flops: cost.flops, origin: 'timed', at: Date.now() });
  } catch (error) {
    paceStore.setState({ error: messageOf(error) });
  } finally {
    paceStore.setState({ isTiming: false });
  }
}

/** Steps after a start that are not typical, and how many others are enough. */
const untypical = 2;
const enough = 5;

/** What of the run was seen since it last began to train. */
let since = { session: -1, row: 0 };
let rowsAt = 0;
let perImage: number | undefined;

/** The typical time of a step since it last began to train, in milliseconds. */
function recentPace({ series }: RunState): number | undefined {
  const first = since.row + untypical;
  const last = series.length - 1;
  if (last - first < enough) return undefined;
  const seconds = series.column('seconds');
  return (1000 * ((seconds[last] ?? 0) - (seconds[first] ?? 0))) / (last - first);
}

function learn(state: RunState): void {
  const { experiment, device } = state;
  const outline = experiment && outlineOf(experiment);
  const milliseconds = recentPace(state);
  if (!outline || !device || milliseconds === undefined || milliseconds <= 0) return;
  const { key, cost } = outline;
  const flops = cost.flops;
  const seen = perImage === undefined ? {} : { perImage };
  remember(device, { key, milliseconds, flops, origin: 'run', at: Date.now(), ...seen });
}

function follow(state: RunState, before: RunState): void {
  const now = performance.now();
  const began = state.status === 'running' && before.status !== 'running';
  if (began || state.session !== since.session || state.experiment !== before.experiment) {
    if (state.session !== since.session) perImage = undefined;
    since = { session: state.session, row: state.series.length };
  }
  if (state.series !== before.series) since = { ...since, row: Math.min(since.row, state.series.length) };
  if (state.revision !== before.revision) rowsAt = now;
  const hasValidated = state.validations.length === before.validations.length + 1;
  if (hasValidated && state.status === 'running' && rowsAt > 0) {
    const images = (state.experiment && outlineOf(state.experiment)?.info.counts.validation) ?? 0;
    if (images > 0) perImage = (now - rowsAt) / images;
  }
  const ended = before.status === 'running' && state.status !== 'running';
  if (ended || hasValidated) learn(state);
}

/** Remembers the pace of the page's runs from now on. */
export function startPace(): void {
  runStore.subscribe(follow);
}

/** Milliseconds that an image takes in an evaluation: as measured in the run, or by its share of a step's arithmetic. */
export function millisecondsPerImage(
  experiment: Experiment,
  stepMilliseconds: number,
  known?: number,
): number {
  const outline = outlineOf(experiment);
  if (known !== undefined) return known;
  return outline ? (stepMilliseconds * outline.plan.flops) / outline.cost.flops : 0;
}

/** As measured in the latest validation of the run on the page. */
export function validatedPerImage(): number | undefined {
  return perImage;
}
