/** ExcessMTL in tfjs operations: see strategies/excessmtl.ts. */
import type { JacobianRule } from './rule.ts';

type Constant = 'zero' | 'one' | 'epsilon' | 'least' | 'largestExponent' | 'tasks';

export const excessmtl = (tasks: number): JacobianRule<'stepSize', Constant> => ({
  settings: ['stepSize'],
  constants: { zero: 0, one: 1, epsilon: 1e-7, least: 1e-20, largestExponent: 60, tasks },
  memory: (_, parameters) => [[tasks], [tasks], [tasks, parameters]],
  direction({ jacobian }, { settings, constants, memory }) {
    const [shares, first, squares] = memory;
    if (!shares || !first || !squares) throw new Error('excessmtl: its memory is missing');
    const square = jacobian.square();
    squares.assign(squares.add(square));
    const excess = square.div(squares.add(constants.epsilon).sqrt()).sum(1);
    const known = first.greater(constants.zero).cast('float32');
    const exponent = excess.mul(settings.stepSize).div(first.maximum(constants.least)).mul(known);
    const raised = shares.mul(exponent.minimum(constants.largestExponent).exp());
    first.assign(first.add(excess.mul(constants.one.sub(known))));
    const weights = raised.mul(constants.tasks.div(raised.sum())).as1D();
    shares.assign(weights);
    return { direction: weights.as2D(1, -1).matMul(jacobian).as1D(), weights };
  },
});
