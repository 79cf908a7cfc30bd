/**
 * Opens the processor that trains: WebGPU with everything the adapter offers, else WebGL, else plain JavaScript, and says
 * which it became and why. Works on a page, in a worker and in Node (whose caller puts `gpu` on `navigator`).
 */
import { installKernels } from './kernels/install.ts';
import { nextTask } from './next-task.ts';
import * as tf from './tf.ts';
import type { BackendName, DeviceInfo, FailureCause } from './types.ts';

const preference: readonly BackendName[] = ['webgpu', 'webgl', 'cpu'];
const usefulFeatures: readonly GPUFeatureName[] = ['subgroups', 'shader-f16', 'timestamp-query'];
const neededLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxUniformBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];
/** A buffer over a limit is refused as invalid; one that is to be filled at once throws a RangeError. */
const outOfMemory =
  /out of memory|buffer size .* exceeds|createBuffer failed|too large for the implementation/i;
const softwareNames = /swiftshader|llvmpipe|lavapipe|software|basic render|\bwarp\b/i;

/** Whether an error of WebGPU means that memory ran out. */
type ErrorCause = Exclude<FailureCause, 'device'>;

let open: DeviceInfo | undefined;
/** The WebGPU device that is open. */
let current: GPUDevice | undefined;
const lostListeners = new Set<(reason: string) => void>();
const errorListeners = new Set<(message: string, cause: ErrorCause) => void>();

/**
 * Opens `preferred` or the best that works after it, and makes it tfjs's backend with our kernels. Opening the backend
 * that is already open returns the same answer; after a loss it opens anew (tensors on the lost device are gone).
 * @throws if not even the CPU backend starts
 */
export async function openDevice(preferred: BackendName = 'webgpu'): Promise<DeviceInfo> {
  // A loss that was just noticed elsewhere may not have been told here yet.
  await complaintsHeard();
  if (open?.backend === preferred) {
    await tf.setBackend(open.backend);
    return open;
  }
  const reasons: string[] = [];
  for (const backend of preference.slice(preference.indexOf(preferred))) {
    try {
      const info = await openers[backend]();
      open = reasons.length > 0 ? { ...info, fallbackReason: reasons.join('; ') } : info;
      return open;
    } catch (error) {
      reasons.push(`${backend}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`openDevice: no backend works (${reasons.join('; ')})`);
}

/** Calls back once when the open device is lost, with the reason in words. Returns how to stop listening. */
export function onDeviceLost(callback: (reason: string) => void): () => void {
  lostListeners.add(callback);
  return () => lostListeners.delete(callback);
}

/**
 * Lets go of the open device with all that is on it, in whatever state it is; the next `openDevice` opens a new one. No
 * listener is told of a loss.
 */
export function closeDevice(): void {
  open = undefined;
  current?.destroy();
  current = undefined;
}

/** Calls back on every error that WebGPU reports outside a scope (out of memory, validation). Returns how to stop. */
export function onDeviceError(callback: (message: string, cause: ErrorCause) => void): () => void {
  errorListeners.add(callback);
  return () => errorListeners.delete(callback);
}

/** Resolves when the listeners have heard of every error in what the device was told until the call. */
export async function complaintsHeard(): Promise<void> {
  if (!current || open?.backend !== 'webgpu') return;
  // The answers to scopes come in their order, after the errors of before.
  current.pushErrorScope('validation');
  await current.popErrorScope().catch(() => null); // lost meanwhile, which is told elsewhere
  await nextTask();
}

const openers: Record<BackendName, () => Promise<DeviceInfo>> = {
  async webgpu() {
    const gpu = 'navigator' in globalThis ? globalThis.navigator.gpu : undefined;
    if (!gpu) throw new Error('this browser does not offer WebGPU');
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) throw new Error('WebGPU finds no usable graphics adapter');
    const device = await adapter.requestDevice({
      requiredFeatures: usefulFeatures.filter((feature) => adapter.features.has(feature)),
      requiredLimits: Object.fromEntries(neededLimits.map((name) => [name, adapter.limits[name]])),
    });
    watch(device);
    // Small tensors would otherwise be computed in JavaScript, where a recording of the step cannot see them.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
    if (tf.engine().registryFactory['webgpu']) tf.removeBackend('webgpu');
    tf.registerBackend('webgpu', () => new tf.WebGPUBackend(device, adapter.info), 3);
    installKernels();
    await start('webgpu');
    const { vendor, architecture, device: model, description } = adapter.info;
    const name =
      description || [vendor, model || architecture].filter(Boolean).join(' ') || 'unnamed adapter';
    return {
      backend: 'webgpu',
      adapter: name,
      isSoftware: adapter.info.isFallbackAdapter || softwareNames.test(`${architecture} ${name}`),
      limits: {
        maxBufferBytes: device.limits.maxBufferSize,
        maxBindingBytes: device.limits.maxStorageBufferBindingSize,
      },
      features: usefulFeatures.filter((feature) => device.features.has(feature)).toSorted(),
    };
  },

  async webgl() {
    // Packed, an odd extent leaves a lane over, which broadcasting fills and the next matrix product adds in: after
    // its first update a layer of 3 units has wrong gradients (tfjs 4.22).
    tf.env().set('WEBGL_PACK', false);
    await start('webgl');
    const gl = webglContext();
    const details = gl.getExtension('WEBGL_debug_renderer_info');
    const name = String(gl.getParameter(details ? details.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
    canvasOf(gl).addEventListener('webglcontextlost', () =>
      lose('webgl', 'the browser took the WebGL context away'),
    );
    const texels = tf.env().getNumber('WEBGL_MAX_TEXTURE_SIZE') ** 2;
    const isSoftware = softwareNames.test(name);
    return { backend: 'webgl', adapter: name, isSoftware, limits: limitsOf(texels * 16), features: [] };
  },

  async cpu() {
    await start('cpu');
    return {
      backend: 'cpu',
      adapter: 'JavaScript',
      isSoftware: true,
      limits: limitsOf(2 ** 31),
      features: [],
    };
  },
};

async function start(backend: BackendName): Promise<void> {
  if (!tf.engine().registryFactory[backend]) throw new Error('not available here');
  if (!(await tf.setBackend(backend))) throw new Error('does not start');
}

function limitsOf(bytes: number): DeviceInfo['limits'] {
  return { maxBufferBytes: bytes, maxBindingBytes: bytes };
}

function webglContext(): WebGL2RenderingContext {
  const backend: unknown = tf.backend();
  if (backend instanceof tf.MathBackendWebGL && backend.gpgpu.gl instanceof WebGL2RenderingContext) {
    return backend.gpgpu.gl;
  }
  throw new Error('needs WebGL 2');
}

/** The canvas under a context; the types of the two kinds of thread disagree on whether there is one. */
function canvasOf(gl: object): EventTarget {
  if ('canvas' in gl && gl.canvas instanceof EventTarget) return gl.canvas;
  throw new Error('has no canvas');
}

function watch(device: GPUDevice): void {
  current = device;
  device.addEventListener('uncapturederror', ({ error }) => {
    if (device !== current) return;
    const message = `The graphics device refused part of the work: ${error.message}`;
    for (const listener of errorListeners) listener(message, causeOf(error));
  });
  void device.lost.then(({ reason, message }) => {
    if (device === current) lose('webgpu', message || `the graphics device was lost (${reason})`);
  });
}

/** What an error of WebGPU, or one that tfjs met when it asked for memory, comes from. */
export function causeOf(error: unknown): ErrorCause {
  if ('GPUOutOfMemoryError' in globalThis && error instanceof GPUOutOfMemoryError) return 'memory';
  const message = typeof error === 'object' && error && 'message' in error ? error.message : error;
  return outOfMemory.test(String(message)) ? 'memory' : 'other';
}

function lose(backend: BackendName, reason: string): void {
  if (open?.backend !== backend) return;
  open = undefined;
  for (const listener of lostListeners) listener(reason);
}
