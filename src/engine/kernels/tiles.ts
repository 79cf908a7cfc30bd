/**
 * What there is to know of the adapter to cut kernels for it. An adapter whose subgroups are narrow is a CPU: there a load
 * costs ten sums and more, registers spill to a near cache, and a few hundred threads are plenty. A GPU has fewer registers
 * per thread and needs many threads.
 */

/** What the choice depends on. */
export type Machine = {
  /** The device has the feature `subgroups`. */
  quads: boolean;
  /** A program on the CPU. */
  software: boolean;
  /** Threads of a subgroup, where there are subgroups and all are of one size. */
  subgroup?: number;
};

/** Costs in multiply-adds, limits in numbers. */
export type Costs = {
  load: number;
  /** Loads in a loop over taps cost this many times as much. */
  looped: number;
  /** To hear one number from another thread. */
  exchange: number;
  /** Sums that a thread may keep. */
  sums: number;
  /** Multiply-adds that may be written out. */
  unrolled: number;
  /** Threads that occupy the machine. */
  threads: number;
  /** To compile one written multiply-add, spread over some fifty steps. */
  compile: number;
};

/** Found on lavapipe (subgroups of 8) and SwiftShader (4); guessed for GPUs. */
export function costsOf(machine: Machine): Costs {
  const { software, quads } = machine;
  if (isWideSoftware(machine))
    return {
      load: 25,
      looped: 1.2,
      exchange: 2,
      sums: 128,
      unrolled: 640,
      threads: 128,
      compile: 400_000,
    };
  return software
    ? {
        load: 10,
        looped: 1.5,
        exchange: 0,
        sums: quads ? 128 : 80,
        unrolled: 640,
        threads: 256,
        compile: 15_000,
      }
    : { load: 4, looped: 1.2, exchange: 0, sums: 32, unrolled: 320, threads: 16_384, compile: 0 };
}

/** A CPU whose threads come in vectors of eight or more: there, broadcasts beat quads. */
export function isWideSoftware({ software, subgroup = 0 }: Machine): boolean {
  return software && subgroup >= 8;
}

let assumed: Machine | undefined;

/** Cuts as for another machine than the device tells of; undefined believes the device again. */
export function assumeMachine(machine: Machine | undefined): void {
  assumed = machine;
}

export function machineOf({ adapterInfo, features }: GPUDevice): Machine {
  if (assumed) return assumed;
  const { isFallbackAdapter, subgroupMinSize, subgroupMaxSize } = adapterInfo;
  const quads = features.has('subgroups');
  return {
    quads,
    software: isFallbackAdapter || (quads && subgroupMaxSize <= 8),
    ...(quads && subgroupMinSize === subgroupMaxSize ? { subgroup: subgroupMaxSize } : {}),
  };
}

/** Whether a dispatch of so many workgroups is allowed: WebGPU guarantees this many along each axis. */
export function fitsGrid(workgroups: readonly number[]): boolean {
  return workgroups.every((count) => count <= 65_535);
}

/** The first of the cheapest. */
export function cheapest<Cut>(cuts: readonly Cut[], cost: (cut: Cut) => number): Cut {
  const [first, ...rest] = cuts.map((cut) => ({ cut, cost: cost(cut) }));
  if (!first) throw new Error('cheapest: nothing to choose from');
  return rest.reduce((best, next) => (next.cost < best.cost ? next : best), first).cut;
}

/** Most variants that are tried for one problem. */
const mostCandidates = 6;

/** The candidates of a kernel without repetition, as many as are worth trying. */
export function distinct<Cut extends object>(cuts: readonly Cut[]): readonly Cut[] {
  const byKey = new Map(cuts.map((cut) => [JSON.stringify(cut), cut]));
  return [...byKey.values()].slice(0, mostCandidates);
}
