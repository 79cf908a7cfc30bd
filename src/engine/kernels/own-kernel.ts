/** How a kernel of ours takes the place of tfjs's. */
import * as tf from '../tf.ts';

/** A kernel for WebGPU under the name of a kernel of tfjs, with the inputs and attributes that tfjs gives that one. */
export type OwnKernel<Input extends string, Attributes> = {
  name: string;
  /** The result, or undefined where it does not cover the case: then tfjs's own kernel runs. */
  run: (
    backend: tf.WebGPUBackend,
    inputs: Record<Input, tf.TensorInfo>,
    attributes: Attributes,
  ) => tf.TensorInfo | undefined;
};

/** Registers a kernel over tfjs's. */
export function replaceKernel<Input extends string, Attributes>({
  name,
  run,
}: OwnKernel<Input, Attributes>): void {
  const stock = tf.getKernel(name, 'webgpu');
  tf.unregisterKernel(name, 'webgpu');
  tf.registerKernel({
    ...stock,
    kernelFunc: (call) => {
      const { backend, inputs, attrs } = call;
      if (!(backend instanceof tf.WebGPUBackend)) throw new Error(`${name}: not on WebGPU`);
      // tfjs types all kernels alike; what one is called with follows from its name.
      const own = Object.values(inputs)
        .flat()
        .every((input) => !input || isStoredAsTyped(backend, input));
      const result = own && run(backend, inputs as Record<Input, tf.TensorInfo>, attrs as Attributes);
      return result || stock.kernelFunc(call);
    },
  });
}

/** Casting whole numbers to float32 leaves them in storage as they were: tfjs's kernels look, ours read floats. */
function isStoredAsTyped(backend: tf.WebGPUBackend, { dataId, dtype }: tf.TensorInfo): boolean {
  return backend.tensorMap.get(dataId).dtype === dtype;
}
