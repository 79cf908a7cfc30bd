/** The kernels of a step as rows of a table: how fast each is, and how much of the step it takes. */
import type { EngineDetails, KernelDetails } from '#stores/engine.ts';

export interface KernelRow extends KernelDetails {
  readonly key: string;
  /** Billions of floating-point operations a second; NaN where nobody counts or measures. */
  readonly gigaflops: number;
  /** Of the time of a step, 0…1; NaN where it was not measured. */
  readonly share: number;
}

/** The largest share first, then those that were not measured, by their operations. */
export function kernelRows({ kernels, stepMilliseconds }: EngineDetails): readonly KernelRow[] {
  const rows = kernels.map((kernel, i) => {
    const { milliseconds = Number.NaN, flops } = kernel;
    return {
      ...kernel,
      key: `${kernel.name} ${kernel.problem} ${i}`,
      gigaflops: flops > 0 ? flops / milliseconds / 1e6 : Number.NaN,
      share: milliseconds / stepMilliseconds,
    };
  });
  const timeOf = ({ milliseconds = -1 }: KernelRow) => milliseconds;
  return rows.toSorted((a, b) => timeOf(b) - timeOf(a) || b.flops - a.flops || b.count - a.count);
}

/** Where a variant comes from, in words. */
export const choices: Record<KernelDetails['choice'], string> = {
  only: '',
  default: 'first guess',
  tuned: 'fastest of those tried',
  remembered: 'fastest in an earlier session',
};
