/** What capsules and the files in them are called, and how one is told from other archives. */
import { openZip } from './unzip.ts';

export const capsuleEnding = '.trunkline-run.zip';

/** Of the program that writes capsules; package.json has the same. */
export const appVersion = '0.1.0';

/** Names of the files in it. */
export const capsuleFiles = {
  about: 'capsule.json',
  readme: 'README.txt',
  curves: 'curves.csv',
  gramians: 'gramians.csv',
  layers: 'gramians-by-layer.csv',
  weights: 'weights.safetensors',
  best: 'best.safetensors',
  predictions: 'predictions.safetensors',
} as const;

/** Name of the file of a checkpoint: the last one's has no number. */
export function checkpointName(step: number, steps: readonly number[]): string {
  return step === steps.at(-1) ? 'checkpoint.safetensors' : `checkpoint-${step}.safetensors`;
}

/** Whether an archive is a capsule. False also for what is no archive. */
export async function isCapsule(file: Blob): Promise<boolean> {
  try {
    const { entries } = await openZip(file, 'archive');
    return entries.some(({ name }) => name === capsuleFiles.about);
  } catch {
    return false;
  }
}
