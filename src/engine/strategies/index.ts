/** The multi-task methods that work on the task gradients themselves, by tfjs: the engine's half of strategies/. */
import type * as tf from '../tf.ts';
import { dbMtl } from './db-mtl.ts';
import { excessmtl } from './excessmtl.ts';
import { graddrop } from './graddrop.ts';
import { moco } from './moco.ts';
import { methodOf } from './rule.ts';

/** What such a method is made for; P shared parameters, or numbers of the shared representation. */
export interface JacobianOptions {
  readonly tasks: number;
  readonly parameters: number;
  /** Parsed by the method's schema. */
  readonly settings: unknown;
}

export interface JacobianInput {
  /** float32 [T, P] */
  readonly jacobian: tf.Tensor2D;
  /** float32 [T] */
  readonly losses: tf.Tensor1D;
  /** Steps done before: int32 [1]. */
  readonly step: tf.Tensor;
  /** The same number, read only where there is no kernel. */
  readonly hostStep: number;
  readonly seed: number;
  /** float32: random numbers to use instead of the method's own, for tests. */
  readonly draws?: tf.Tensor;
}

export interface JacobianOutput {
  /** float32 [P] */
  readonly direction: tf.Tensor1D;
  /** float32 [T] */
  readonly weights: tf.Tensor1D;
  /** Factors of the losses that the heads train on, from methods that say so: float32 [T]. */
  readonly heads?: tf.Tensor1D;
}

/** A method with what it remembers on the device. Its steps can be recorded and replayed. */
export interface JacobianMethod {
  direction(input: JacobianInput): JacobianOutput;
  /** Other settings from the next step on. */
  adjust(settings: unknown): void;
  /** What it remembers, as it is at the call. */
  read(): Promise<Float32Array>;
  /** Puts it back; what does not fit is left out. */
  write(state: Float32Array): void;
  dispose(): void;
}

const methods: Readonly<Record<string, (options: JacobianOptions) => JacobianMethod>> = {
  graddrop: (options) => methodOf('graddrop', graddrop(options.tasks), options),
  excessmtl: (options) => methodOf('excessmtl', excessmtl(options.tasks), options),
  'db-mtl': (options) => methodOf('db-mtl', dbMtl, options),
  moco: (options) => methodOf('moco', moco, options),
};

/** Throws RangeError for a method that is not one of these. */
export function jacobianMethod(id: string, options: JacobianOptions): JacobianMethod {
  const create = methods[id];
  if (!create) throw new RangeError(`The engine has no method "${id}" on whole gradients.`);
  return create(options);
}
