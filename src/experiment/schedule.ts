/** Learning-rate schedules, stepped once per training step, as in torch.optim.lr_scheduler. */
import type { Schedule, Training } from './training.ts';

/** Cosine from `start` (t = 0) to `end` (t = 1). */
function anneal(start: number, end: number, t: number): number {
  return end + ((start - end) * (1 + Math.cos(Math.PI * t))) / 2;
}

/** The rate relative to the base rate at a step of `total`, without warm-up. */
function factorAt(schedule: Schedule, step: number, total: number): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'step': // StepLR
      return schedule.factor ** Math.floor(step / schedule.every);
    case 'cosine': // CosineAnnealingLR with T_max = total, eta_min = floor · base
      return anneal(1, schedule.floor, Math.min(step, total) / total);
    case 'one-cycle': {
      // OneCycleLR, anneal_strategy "cos", two phases; learningRate is max_lr
      const start = 1 / schedule.startDivisor;
      const end = start / schedule.endDivisor;
      const peak = schedule.rise * total - 1;
      if (step <= peak) return anneal(start, 1, peak <= 0 ? 1 : step / peak);
      return anneal(1, end, Math.min(1, (step - peak) / (total - 1 - peak)));
    }
  }
}

/**
 * The learning rate used by a step.
 * Warm-up multiplies by (step + 1) / (warmUp + 1) during the first `warmUp` steps (linear; LinearLR's idea).
 * @param step counted from 0
 * @param total steps of the run
 */
export function learningRateAt(training: Training, step: number, total: number): number {
  const warm = step < training.warmUp ? (step + 1) / (training.warmUp + 1) : 1;
  return training.learningRate * warm * factorAt(training.schedule, step, Math.max(1, total));
}
