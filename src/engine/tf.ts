/**
 * The one door to TensorFlow.js: everything in `engine/` imports it from here, `import * as tf from '#engine/tf.ts'`.
 * The umbrella package brings core ops, gradients, the WebGL and CPU backends, and what we do not use (layers, converter,
 * data), which the bundler leaves out: see `shakeable` in vite.config.ts.
 */
export * from '@tensorflow/tfjs';
export { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
