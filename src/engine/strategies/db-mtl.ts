/** DB-MTL in tfjs operations: see strategies/db-mtl.ts. */
import type { JacobianRule } from './rule.ts';

export const dbMtl: JacobianRule<'beta' | 'betaDecay', 'one' | 'epsilon' | 'least'> = {
  settings: ['beta', 'betaDecay'],
  /** The least loss and the least length of a gradient that count. */
  constants: { one: 1, epsilon: 1e-8, least: 1e-20 },
  memory: (tasks, parameters) => [[1], [tasks, parameters]],
  direction({ jacobian, losses }, { settings, constants: { one, epsilon, least }, memory }) {
    const [steps, tracked] = memory;
    if (!steps || !tracked) throw new Error('db-mtl: its memory is missing');
    steps.assign(steps.add(one));
    const heads = losses.greater(least).cast('float32').div(losses.add(epsilon)).as1D();
    const logarithmic = jacobian.mul(heads.as2D(-1, 1));
    const share = settings.beta.div(steps.pow(settings.betaDecay));
    tracked.assign(logarithmic.add(tracked.sub(logarithmic).mul(share)));
    const norms = tracked.square().sum(1).sqrt();
    const factors = norms.greater(least).cast('float32').mul(norms.max()).div(norms.add(epsilon));
    const direction = factors.as2D(1, -1).matMul(tracked.as2D(losses.size, -1)).as1D();
    return { direction, weights: factors.mul(heads).as1D(), heads };
  },
};
