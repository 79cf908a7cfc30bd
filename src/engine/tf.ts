/**
 * The one door to TensorFlow.js: core ops, every gradient, chained ops and the three backends, but not the layers,
 * data and converter packages, which would add a quarter to the worker. Everything in `engine/` imports tfjs from here:
 * `import * as tf from '#engine/tf.ts'`. The core comes first: what follows registers itself with it.
 */
export * from '@tensorflow/tfjs-core';

import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';

export { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
export { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
