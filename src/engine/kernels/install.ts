/** The kernels of our own that take the place of tfjs's on WebGPU. */
import { fusedAffine } from './affine.ts';
import { broadcastKernels } from './broadcast.ts';
import { conv2dFilterGradient } from './conv2d-filter-gradient.ts';
import { conv2dInputGradient } from './conv2d-input-gradient.ts';
import { conv2d } from './conv2d.ts';
import { fusedConvolution, fusedDepthwise } from './convolve.ts';
import { depthwise, depthwiseFilterGradient, depthwiseInputGradient } from './depthwise.ts';
import { installFused } from './fused-layer.ts';
import { matMul } from './mat-mul.ts';
import { replaceKernel } from './own-kernel.ts';
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pool.ts';
import { max, mean, sum } from './reduce.ts';
import { installReluGradient, relu } from './relu.ts';
import { installSumGradients } from './spread.ts';
import { tile } from './tile.ts';

let installed = false;

/** Registers our kernels over tfjs's own for the backend `webgpu`, once. */
export function installKernels(): void {
  if (installed) return;
  installed = true;
  replaceKernel(conv2d);
  replaceKernel(conv2dInputGradient);
  replaceKernel(conv2dFilterGradient);
  replaceKernel(depthwise);
  replaceKernel(depthwiseInputGradient);
  replaceKernel(depthwiseFilterGradient);
  replaceKernel(matMul);
  replaceKernel(maxPool);
  replaceKernel(maxPoolGradient);
  replaceKernel(averagePool);
  replaceKernel(averagePoolGradient);
  replaceKernel(sum);
  replaceKernel(mean);
  replaceKernel(max);
  replaceKernel(tile);
  for (const kernel of broadcastKernels) replaceKernel(kernel);
  replaceKernel(relu);
  installFused(fusedConvolution);
  installFused(fusedDepthwise);
  installFused(fusedAffine);
  installReluGradient();
  installSumGradients();
}
