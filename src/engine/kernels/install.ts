/** The kernels of our own that take the place of tfjs's on WebGPU. */

/** Registers our kernels over tfjs's own for the backend `webgpu`, once. */
export function installKernels(): void {}
