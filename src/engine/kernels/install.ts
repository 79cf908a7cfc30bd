/** The kernels of our own that take the place of tfjs's on WebGPU. */
import { conv2dFilterGradient } from './conv2d-filter-gradient.ts';
import { conv2dInputGradient } from './conv2d-input-gradient.ts';
import { conv2d } from './conv2d.ts';
import { matMul } from './mat-mul.ts';
import { replaceKernel } from './own-kernel.ts';

let installed = false;

/** Registers our kernels over tfjs's own for the backend `webgpu`, once. */
export function installKernels(): void {
  if (installed) return;
  installed = true;
  replaceKernel(conv2d);
  replaceKernel(conv2dInputGradient);
  replaceKernel(conv2dFilterGradient);
  replaceKernel(matMul);
}
