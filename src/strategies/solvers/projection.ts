/** What UPGrad and DualProj share: settings, and the Gramian of the gradients off whose conflicts they project. */
import { z } from 'zod';
import { scale, type Scaled } from './scale.ts';

export const projectionSchema = z.strictObject({
  preference: z.enum(['mean', 'sum']).default('mean').meta({
    title: 'Preference',
    description:
      'What is projected: the mean of the gradients, or their sum, for steps as long as those of equal weights.',
  }),
  regularisation: z.number().min(0).max(1).default(0).meta({
    title: 'Regularisation',
    description:
      'Share of the sum of squared gradient norms that is added to each; 0 projects exactly. Above 0, gradients much smaller than the others are hardly protected.',
  }),
  normEpsilon: z.number().min(0).max(1).default(0).meta({
    title: 'Least squared norm',
    description: 'Where the squared gradient norms add up to less, nothing is projected.',
  }),
});

export type ProjectionSettings = z.infer<typeof projectionSchema>;

/** The settings as the WGSL below sees them. */
export const projectionNumbers = ({ preference, regularisation, normEpsilon }: ProjectionSettings) => ({
  sums: preference === 'sum' ? 1 : 0,
  regularisation,
  normEpsilon,
});

/** For `differs` of both. */
export const projectionDiffers =
  'Projects exactly. TorchJD and LibMTL add 1e-4 of the sum of squared gradient norms to each task’s, whatever its own: up to 0.7 % off in the direction, up to 69 % where norms spread from 1e-3 to 1e3, since they then overlook conflicts with tasks whose gradients are a hundredth of the largest. They also project nothing where the squared norms add up to less than 1e-4. Set both numbers to 1e-4 to have the same.';

/** What every gradient counts for before the projection. */
export function preferred({ preference }: ProjectionSettings, tasks: number): number {
  return preference === 'sum' ? 1 : 1 / tasks;
}

/** The scaled Gramian [T, T] with its diagonal raised; undefined where nothing is to be projected. */
export function conflicts(
  gramian: Float64Array,
  tasks: number,
  { regularisation, normEpsilon }: ProjectionSettings,
): Scaled | undefined {
  const trace = gramian.reduce((sum, entry, k) => (k % (tasks + 1) === 0 ? sum + entry : sum), 0);
  return trace < normEpsilon ? undefined : scale(gramian, tasks, regularisation * trace);
}

/** The same on the GPU; needs scaleWgsl. */
export const projectionWgsl = `
fn preferred() -> f32 { return select(1f / f32(tasks), 1f, setting_sums() == 1f); }

fn trace() -> f32 {
  var sum = 0f;
  for (var t = 0u; t < tasks; t++) { sum += gramian[t * tasks + t]; }
  return sum;
}

fn norm(t: u32) -> f32 { return select(0f, 1f / inverseNorms[t], inverseNorms[t] > 0f); }
`;
