/** Mean squared error (torch.nn.MSELoss) or Huber (torch.nn.HuberLoss), number by number; mean absolute error. */
import type { TaskOf } from '#experiment/tasks/index.ts';
import { ratio, type TaskLoss } from './loss.ts';

export const regression: TaskLoss<TaskOf<'regression'>> = {
  rule: ({ loss, delta }) => (loss === 'mse' ? { kind: 'squared' } : { kind: 'huber', delta }),
  loss({ loss, delta }, { outputs, targets, mask }) {
    const error = outputs.sub(targets);
    if (loss === 'mse') return ratio(error.square().mul(mask), mask);
    // With c the error clipped to ±δ, c·(e − c/2) is e²/2 inside and δ·(|e| − δ/2) outside.
    const clipped = error.clipByValue(-delta, delta);
    return ratio(clipped.mul(error.sub(clipped.mul(0.5))).mul(mask), mask);
  },
  metric(_settings, { outputs, targets, mask }) {
    return ratio(outputs.sub(targets).abs().mul(mask), mask);
  },
};
