/** Dynamic weight average: a task whose loss falls slowly from epoch to epoch weighs more. */
import { z } from 'zod';
import { counts, countsWgsl, softmax, softmaxWgsl } from './losses.ts';
import { defineStrategy } from './strategy.ts';

const schema = z.strictObject({
  temperature: z.number().min(0.01).max(100).default(2).meta({
    title: 'Temperature',
    description: 'How alike the weights are; the higher, the closer to equal weights.',
  }),
});

export const dwa = defineStrategy({
  name: 'Dynamic weight average (DWA)',
  help: 'Compares each task’s mean loss of the last epoch with that of the epoch before, and gives more weight to tasks whose loss fell by a smaller share. It needs only the losses, so it costs nothing; the weights change once per epoch, and the first two epochs have equal weights. Helps when some tasks learn much faster than others.',
  paper: {
    title: 'End-to-End Multi-Task Learning with Attention',
    authors: 'Liu, Johns, Davison',
    venue: 'CVPR 2019',
    url: 'https://arxiv.org/abs/1803.10704',
  },
  differs:
    'The same as LibMTL. An epoch is counted from the step at which the method was chosen; a task without a loss keeps ratio 1.',
  needs: 'losses',
  remembers: true,
  schema,
  numbers: ({ temperature }) => ({ temperature }),
  initialState: (tasks) => new Float64Array(3 * tasks + 1),
  /**
   * w = T·softmax(L[e−1] / L[e−2] / temperature), ones in the first two epochs. The state: [T] sums of the losses of this
   * epoch, [T] means of the last, [T] means of the one before, and the number of steps done.
   */
  step({ losses, state, settings, stepsPerEpoch }) {
    const tasks = losses.length;
    const steps = state[3 * tasks] ?? 0;
    const part = (k: number) => state.slice(k * tasks, (k + 1) * tasks);
    const ends = steps > 0 && steps % stepsPerEpoch === 0;
    const last = ends ? part(0).map((sum) => sum / stepsPerEpoch) : part(1);
    const before = ends ? part(1) : part(2);
    const sums = losses.map((loss, t) => loss + (ends ? 0 : (state[t] ?? 0)));
    const ratios = Array.from(last, (mean, t) => (counts(before[t] ?? 0) ? mean / (before[t] ?? 1) : 1));
    const weights =
      steps < 2 * stepsPerEpoch
        ? new Float64Array(tasks).fill(1)
        : softmax(ratios.map((ratio) => ratio / settings.temperature)).map((share) => tasks * share);
    return { weights, state: Float64Array.of(...sums, ...last, ...before, steps + 1) };
  },
  wgsl: {
    code: `${countsWgsl}${softmaxWgsl}
fn weigh(lane: u32) {
  let steps = u32(state[3u * tasks]);
  if ((steps > 0u) & (steps % stepsPerEpoch == 0u)) {
    for (var t = 0u; t < tasks; t++) {
      state[2u * tasks + t] = state[tasks + t];
      state[tasks + t] = state[t] / f32(stepsPerEpoch);
      state[t] = 0f;
    }
  }
  for (var t = 0u; t < tasks; t++) {
    let before = state[2u * tasks + t];
    let known = counts(before);
    weights[t] = select(1f, state[tasks + t] / select(1f, before, known), known) / setting_temperature();
    state[t] += losses[t];
  }
  softmax_weights();
  for (var t = 0u; t < tasks; t++) {
    weights[t] = select(f32(tasks) * weights[t], 1f, steps < 2u * stepsPerEpoch);
  }
  state[3u * tasks] += 1f;
}`,
  },
});
