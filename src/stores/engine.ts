/** How the training step runs on the GPU, as "engine details" shows it; asked for only while somebody looks. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { EngineDetails } from '#engine/types.ts';
import { callTrainer } from './trainer.ts';

interface EngineState {
  /** null before the first answer, and where there is no run. */
  readonly details: EngineDetails | null;
  /** Why the last question was not answered. */
  readonly error: string | null;
}

export type { EngineDetails };
export type KernelDetails = EngineDetails['kernels'][number];

const engineStore = createStore<EngineState>()(() => ({ details: null, error: null }));

export function useEngine<T>(select: (state: EngineState) => T): T {
  return useStore(engineStore, select);
}

/** Asks the worker how the step runs now. Never rejects. */
export async function refreshEngine(): Promise<void> {
  try {
    engineStore.setState({ details: await callTrainer('details', {}), error: null });
  } catch (error) {
    engineStore.setState({ error: error instanceof Error ? error.message : String(error) });
  }
}

/** Forgets which variants were the fastest, of this session and earlier ones; a run goes on and measures anew. */
export async function forgetTuning(): Promise<void> {
  await callTrainer('forgetTuning', {});
  await refreshEngine();
}
