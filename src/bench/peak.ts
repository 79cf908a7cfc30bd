/**
 * What the adapter can do at best: 32-bit multiply-adds in independent chains, unrolled, so that neither waiting for a result
 * nor the loop costs anything; and a copy from buffer to buffer.
 */
import { describeAdapter, requestDevice } from './device.ts';
import type { Peak } from './protocol.ts';

/** A kernel of the arithmetic test: values per lane (1 or 4), chains of them, repeats per turn of the loop. */
interface Shape {
  readonly width: 1 | 4;
  readonly chains: number;
  readonly unroll: number;
}

const shapes: readonly Shape[] = [
  { width: 1, chains: 8, unroll: 16 },
  { width: 4, chains: 2, unroll: 16 },
  { width: 4, chains: 4, unroll: 8 },
];
const workgroupSize = 64;

/** Enough for every core of the adapter, and little enough for one in software. */
const sizes = {
  software: { invocations: 1 << 14, copyBytes: 32 * 2 ** 20, copyWorkgroups: 1024 },
  hardware: { invocations: 1 << 20, copyBytes: 128 * 2 ** 20, copyWorkgroups: 8192 },
};
/** How long one measurement should take on the adapter. */
const wantedMilliseconds = 60;

interface Job {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly workgroups: number;
  /** Operations or bytes of one dispatch. */
  readonly work: number;
}

/** Compiles the tests once; every call of the result measures anew. */
export async function openPeak(): Promise<() => Promise<Peak>> {
  const { adapter, device } = await requestDevice();
  const words = describeAdapter(adapter);
  const { invocations, copyBytes, copyWorkgroups } = sizes[words.isSoftware ? 'software' : 'hardware'];
  const buffer = (size: number) =>
    device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  const job = async (code: string, buffers: GPUBuffer[], workgroups: number, work: number): Promise<Job> => {
    const module = device.createShaderModule({ code });
    const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
    const entries = buffers.map((each, binding) => ({ binding, resource: { buffer: each } }));
    const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    return { pipeline, group, workgroups, work };
  };
  const [input, output] = [buffer(4096), buffer(invocations * 16)];
  const turns = 32;
  const chains = await Promise.all(
    shapes.map((shape) => {
      const work = 2 * invocations * turns * shape.width * shape.chains * shape.unroll;
      return job(chainsCode(shape, turns), [input, output], invocations / workgroupSize, work);
    }),
  );
  const copy = await job(copyCode, [buffer(copyBytes), buffer(copyBytes)], copyWorkgroups, 2 * copyBytes);
  return async () => {
    let gflops = 0;
    for (const each of chains) gflops = Math.max(gflops, (await rate(device, each)) / 1e6);
    return { ...words, gflops, gigabytesPerSecond: (await rate(device, copy)) / 1e6 };
  };
}

/** Work per millisecond: the better of two tries long enough to count. */
async function rate(device: GPUDevice, job: Job): Promise<number> {
  let count = 1;
  let time = await run(device, job, count);
  while (time < wantedMilliseconds / 2 && count < 1 << 16) {
    count = Math.ceil(count * Math.min(16, (1.2 * wantedMilliseconds) / Math.max(time, 0.1)));
    time = await run(device, job, count);
  }
  const again = await run(device, job, count);
  return (job.work * count) / Math.min(time, again);
}

async function run(device: GPUDevice, { pipeline, group, workgroups }: Job, count: number): Promise<number> {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  for (let i = 0; i < count; i++) pass.dispatchWorkgroups(workgroups);
  pass.end();
  const start = performance.now();
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();
  return performance.now() - start;
}

/** x ← fma(x, y, z) in every chain; the values come from memory, so that no compiler can know them. */
function chainsCode({ width, chains, unroll }: Shape, turns: number): string {
  const type = width === 1 ? 'f32' : 'vec4f';
  const names = Array.from({ length: chains }, (_, c) => `x${c}`);
  const declare = names.map((name, c) => `var ${name} = input[(id.x + ${c}u) % 16u];`).join(' ');
  const body = names.map((name) => `${name} = fma(${name}, y, z);`).join(' ');
  return `
    @group(0) @binding(0) var<storage, read> input: array<${type}>;
    @group(0) @binding(1) var<storage, read_write> output: array<${type}>;
    @compute @workgroup_size(${workgroupSize})
    fn main(@builtin(global_invocation_id) id: vec3u) {
      let y = input[id.x % 16u];
      let z = input[(id.x + 1u) % 16u];
      ${declare}
      for (var i = 0; i < ${turns}; i++) { ${Array.from({ length: unroll }, () => body).join('\n')} }
      output[id.x] = ${names.join(' + ')};
    }`;
}

const copyCode = `
  @group(0) @binding(0) var<storage, read> input: array<vec4f>;
  @group(0) @binding(1) var<storage, read_write> output: array<vec4f>;
  @compute @workgroup_size(${workgroupSize})
  fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    for (var i = id.x; i < arrayLength(&input); i += groups.x * ${workgroupSize}u) { output[i] = input[i]; }
  }`;
