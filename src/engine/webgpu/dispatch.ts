/**
 * Runs our own WGSL among tfjs's: in its command encoder and compute pass, on its buffers, so that order and lifetime are
 * tfjs's. Unlike a tfjs program, a kernel here declares its own bindings: in place, vectors, integers, subgroups.
 *
 * Nothing that changes from step to step may be baked in or passed by uniform (there are none): it comes from a tensor.
 * So a step can be recorded and replayed. A recorder sees ours and tfjs's dispatches alike in `device.createBindGroup`
 * and on the compute pass of `backend.commandEncoder`; there is no third way to the queue.
 */
import * as tf from '../tf.ts';

/** Workgroup counts of one dispatch. */
export type Workgroups = readonly [x: number, y: number, z: number];

/** A tensor as a storage buffer of a kernel. */
export type KernelBuffer = {
  /** Its name in the WGSL. */
  name: string;
  /** WGSL type of one element, e.g. `f32`, `vec4f`, `u32`. */
  element: string;
  tensor: tf.TensorInfo;
  /** `update` may write; what the tensor held stays where the kernel does not. */
  access: 'read' | 'update';
};

/** One dispatch of a kernel whose WGSL is `code(parameters)`. */
export type Dispatch<Parameters extends object> = {
  /** Names the kernel: no two kernels may share a name. */
  name: string;
  /** All that the code depends on; plain data, since it is the key of the compiled pipeline. */
  parameters: Parameters;
  /** Writes the WGSL below the bindings, with entry point `main`. A pure function of the parameters. */
  code: (parameters: Parameters) => string;
  /** In the order of their bindings. */
  buffers: readonly KernelBuffer[];
  workgroups: Workgroups;
  /** WGSL extensions to enable. */
  extensions?: readonly 'subgroups'[];
};

/** A dispatch that was looked at instead of encoded. */
export interface PlannedDispatch {
  readonly name: string;
  /**
   * Compiles its pipeline, off this thread where the browser can, for dispatches to come.
   * @throws Error with what the compiler complained of, which then is nobody else's error
   */
  prepare(device: GPUDevice): Promise<void>;
}

const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();
const preparing = new WeakMap<GPUDevice, Map<string, Promise<void>>>();
let planned: PlannedDispatch[] | undefined;

/** tfjs's active backend if that is WebGPU, else undefined. */
export function webgpuBackend(): tf.WebGPUBackend | undefined {
  const backend: unknown = tf.backend();
  return backend instanceof tf.WebGPUBackend ? backend : undefined;
}

/** Encodes one dispatch; returns before it has run. */
export function dispatch<Parameters extends object>(
  backend: tf.WebGPUBackend,
  call: Dispatch<Parameters>,
): void {
  if (planned) {
    planned.push({ name: call.name, prepare: (device) => prepare(device, call) });
    return;
  }
  for (const { tensor } of call.buffers) backend.uploadToGPU(tensor.dataId);
  const pipeline = pipelineFor(backend.device, call);
  const group = backend.device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: call.buffers.map(({ tensor }, binding) => ({
      binding,
      resource: { buffer: bufferOf(backend, tensor) },
    })),
  });
  for (const { tensor, access } of call.buffers) {
    backend['commandQueueOwnedIds'].add(tensor.dataId);
    if (access === 'update') forgetHostCopy(backend, tensor);
  }
  encode(backend, pipeline, group, call.workgroups);
}

/** What `work` would dispatch. Nothing is encoded, and the tensors that it makes stay without storage. */
export function plannedDispatches(work: () => void): readonly PlannedDispatch[] {
  const outer = planned;
  const own: PlannedDispatch[] = [];
  planned = own;
  try {
    work();
  } finally {
    planned = outer;
  }
  return own;
}

/** A tensor on the GPU whose contents are yet to be written. Its owner disposes of it or makes a tensor of it. */
export function emptyTensor(
  backend: tf.WebGPUBackend,
  shape: number[],
  dtype: 'float32' | 'int32',
): tf.TensorInfo {
  return backend.makeTensorInfo(shape, dtype);
}

/** Makes a kernel's result a tensor that tfjs tracks (and a `tidy` frees). */
export function trackedTensor(backend: tf.WebGPUBackend, info: tf.TensorInfo): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(info, backend);
}

/** Storage of a tensor that is on the GPU. */
export function bufferOf(backend: tf.WebGPUBackend, tensor: tf.TensorInfo): GPUBuffer {
  const { resource } = backend.tensorMap.get(tensor.dataId);
  if (resource instanceof GPUBuffer) return resource;
  throw new Error(`bufferOf: a tensor of shape [${tensor.shape.join(', ')}] has no buffer on the GPU`);
}

/** tfjs keeps what it once read back; after a kernel wrote in place that copy is stale. */
export function forgetHostCopy(backend: tf.WebGPUBackend, tensor: tf.TensorInfo): void {
  const data = backend.tensorMap.get(tensor.dataId);
  if (data.resource) Object.assign(data, { values: null });
}

function encode(
  backend: tf.WebGPUBackend,
  pipeline: GPUComputePipeline,
  group: GPUBindGroup,
  workgroups: Workgroups,
): void {
  backend.ensureCommandEncoderReady();
  backend['computePassEncoder'] ??= backend['commandEncoder'].beginComputePass();
  const pass = backend['computePassEncoder'];
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(...workgroups);
  backend['dispatchCountInPass']++;
  if (backend['dispatchCountInPass'] >= tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}

function pipelineFor<Parameters extends object>(
  device: GPUDevice,
  call: Dispatch<Parameters>,
): GPUComputePipeline {
  const known = pipelinesOf(device);
  const key = keyOf(call);
  const pipeline = known.get(key) ?? device.createComputePipeline(describe(device, call));
  known.set(key, pipeline);
  return pipeline;
}

/** Resolves when the pipeline is there; asked for twice, it is compiled once. */
function prepare<Parameters extends object>(device: GPUDevice, call: Dispatch<Parameters>): Promise<void> {
  const key = keyOf(call);
  if (pipelinesOf(device).has(key)) return Promise.resolve();
  const going = preparing.get(device) ?? new Map<string, Promise<void>>();
  preparing.set(device, going);
  const known = going.get(key);
  if (known) return known;
  const compiling = compile(device, call, key).finally(() => going.delete(key));
  going.set(key, compiling);
  return compiling;
}

async function compile<Parameters extends object>(
  device: GPUDevice,
  call: Dispatch<Parameters>,
  key: string,
): Promise<void> {
  device.pushErrorScope('validation');
  const compiling = device.createComputePipelineAsync(describe(device, call));
  const [complaint, pipeline] = await Promise.allSettled([device.popErrorScope(), compiling]);
  // The scope has the compiler's words; the pipeline's own error only says that its code is invalid.
  if (complaint.status === 'fulfilled' && complaint.value) throw new Error(complaint.value.message);
  if (pipeline.status === 'rejected') throw pipeline.reason;
  pipelinesOf(device).set(key, pipeline.value);
}

function pipelinesOf(device: GPUDevice): Map<string, GPUComputePipeline> {
  const known = pipelines.get(device) ?? new Map<string, GPUComputePipeline>();
  pipelines.set(device, known);
  return known;
}

function keyOf<Parameters extends object>({ name, parameters, buffers }: Dispatch<Parameters>): string {
  const elements = buffers.map(({ element, access }) => `${access} ${element}`);
  return `${name} ${JSON.stringify(parameters)} ${elements.join()}`;
}

/** The layout is spelt out: one derived from the code would lack the bindings that a variant does not use. */
function describe<Parameters extends object>(
  device: GPUDevice,
  call: Dispatch<Parameters>,
): GPUComputePipelineDescriptor {
  const entries = call.buffers.map(({ access }, binding) => ({
    binding,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type: access === 'read' ? ('read-only-storage' as const) : ('storage' as const) },
  }));
  return {
    label: call.name,
    layout: device.createPipelineLayout({ bindGroupLayouts: [device.createBindGroupLayout({ entries })] }),
    compute: {
      module: device.createShaderModule({ label: call.name, code: wgslOf(call) }),
      entryPoint: 'main',
    },
  };
}

/** The whole WGSL of a kernel: extensions, bindings in the order of `buffers`, then its own code. */
function wgslOf<Parameters extends object>({
  extensions,
  buffers,
  code,
  parameters,
}: Dispatch<Parameters>): string {
  const enables = (extensions ?? []).map((extension) => `enable ${extension};`);
  const bindings = buffers.map(({ name, element, access }, binding) => {
    const mode = access === 'read' ? 'read' : 'read_write';
    return `@group(0) @binding(${binding}) var<storage, ${mode}> ${name}: array<${element}>;`;
  });
  return [...enables, ...bindings, code(parameters)].join('\n');
}
