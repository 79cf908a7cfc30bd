/** A device for contenders that do not open one themselves: all limits and features that help. */

export interface AdapterWords {
  readonly adapter: string;
  readonly isSoftware: boolean;
}

const limits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** Throws where there is no WebGPU. */
export async function requestDevice(): Promise<{ adapter: GPUAdapter; device: GPUDevice }> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('WebGPU finds no usable graphics adapter.');
  const requiredLimits = Object.fromEntries(limits.map((name) => [name, adapter.limits[name]]));
  return { adapter, device: await adapter.requestDevice({ requiredLimits }) };
}

export function describeAdapter({ info }: GPUAdapter): AdapterWords {
  const name = info.description || [info.vendor, info.device || info.architecture].filter(Boolean).join(' ');
  const isSoftware = /swiftshader|llvmpipe|lavapipe|software/i.test(`${name} ${info.architecture}`);
  return { adapter: name || 'unnamed adapter', isSoftware };
}
