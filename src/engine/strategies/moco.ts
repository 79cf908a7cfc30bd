/** MoCo in tfjs operations: see strategies/moco.ts. */
import * as tf from '../tf.ts';
import type { JacobianRule } from './rule.ts';

type Setting = 'beta' | 'betaDecay' | 'gamma' | 'gammaDecay' | 'rho';

export const moco: JacobianRule<Setting, 'one' | 'epsilon'> = {
  settings: ['beta', 'betaDecay', 'gamma', 'gammaDecay', 'rho'],
  constants: { one: 1, epsilon: 1e-8 },
  memory: (tasks, parameters) => [[tasks], [1], [tasks, parameters]],
  direction({ jacobian, losses }, { settings, constants: { one, epsilon }, memory }) {
    const [shares, steps, tracked] = memory;
    if (!shares || !steps || !tracked) throw new Error('moco: its memory is missing');
    steps.assign(steps.add(one));
    const norms = jacobian.square().sum(1).sqrt();
    const factors = losses.div(norms.add(epsilon)).as2D(-1, 1);
    const pace = settings.beta.div(steps.pow(settings.betaDecay));
    tracked.assign(tracked.sub(tracked.sub(jacobian.mul(factors)).mul(pace)));
    const rows = tracked.as2D(losses.size, -1);
    const column = shares.as2D(-1, 1);
    const slope = rows.matMul(rows, false, true).matMul(column).flatten().add(shares.mul(settings.rho));
    const size = settings.gamma.div(steps.pow(settings.gammaDecay));
    const weights = tf.softmax(shares.sub(slope.mul(size))).as1D();
    shares.assign(weights);
    return { direction: weights.as2D(1, -1).matMul(rows).as1D(), weights };
  },
};
