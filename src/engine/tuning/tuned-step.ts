/** Where a training step and the tuner meet. */
import type { TrainingProgress } from './budget.ts';
import type { CountedUse } from './tunable.ts';
import type { Tuner } from './tuner.ts';

/** A step whose kernels may be tuned. */
interface TunedStep {
  /** Whether there is something to compile, as there is with another multi-task method. */
  readonly isNew: boolean;
  /** Compiles ahead; rejects with what a compiler complained of. */
  prepare(): Promise<void>;
  /** The tunable kernels of the recording. */
  readonly uses: readonly CountedUse[];
  forgetRecording(): void;
}

/** Compiles a step ahead; where that fails, once more without what earlier sessions found the fastest. */
export async function prepareStep(step: TunedStep, tuner: Tuner | undefined): Promise<void> {
  try {
    await step.prepare();
  } catch (error) {
    if (!(await tuner?.distrust())) throw error;
    await step.prepare();
  }
}

/** Between two submits: compiles what is new, lets the tuner look for faster kernels where it may, and uses what it found. */
export async function tuneStep(
  step: TunedStep,
  tuner: Tuner | undefined,
  progress: TrainingProgress,
): Promise<void> {
  if (step.isNew) await prepareStep(step, tuner);
  tuner?.follow(step.uses);
  if (tuner?.wantsTurn(progress) && (await tuner.advance())) step.forgetRecording();
}
