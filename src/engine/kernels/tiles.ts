/**
 * How to cut convolutions on the adapter at hand: the tile with the least work by a simple model of what loads and sums
 * cost. An adapter whose subgroups are narrow is a CPU: there a load costs ten sums, registers spill to a near cache, and
 * a few hundred threads are plenty. A GPU has fewer registers per thread and needs many threads.
 */
import { layOut, type Correlation, type Tile } from './correlate-wgsl.ts';
import { filterGradientGrid, type FilterGradient, type FilterTile } from './filter-gradient-wgsl.ts';

/** What the choice depends on. */
export type Machine = {
  /** The device has the feature `subgroups`. */
  quads: boolean;
  /** A program on the CPU. */
  software: boolean;
};

/** Costs in multiply-adds, limits in numbers. */
type Costs = {
  load: number;
  /** Loads in a loop over taps cost this many times as much. */
  looped: number;
  /** Sums that a thread may keep. */
  sums: number;
  /** Multiply-adds that may be written out. */
  unrolled: number;
  /** Threads that occupy the machine. */
  threads: number;
  /** To compile one written multiply-add, spread over some fifty steps. */
  compile: number;
};

const costsOf = ({ software, quads }: Machine): Costs =>
  software
    ? { load: 10, looped: 1.5, sums: quads ? 128 : 80, unrolled: 640, threads: 256, compile: 15_000 }
    : { load: 4, looped: 1.2, sums: 32, unrolled: 320, threads: 16_384, compile: 0 };

let assumed: Machine | undefined;

/** Cuts as for another machine than the device tells of; undefined believes the device again. */
export function assumeMachine(machine: Machine | undefined): void {
  assumed = machine;
}

export function machineOf(device: GPUDevice): Machine {
  if (assumed) return assumed;
  const { isFallbackAdapter, subgroupMaxSize } = device.adapterInfo;
  const quads = device.features.has('subgroups');
  return { quads, software: isFallbackAdapter || (quads && subgroupMaxSize <= 8) };
}

/** Whether a dispatch of so many workgroups is allowed: WebGPU guarantees this many along each axis. */
export function fitsGrid(workgroups: readonly number[]): boolean {
  return workgroups.every((count) => count <= 65_535);
}

/** Tiles worth trying for a correlation, the cheapest by the model first; the others do without quads. */
export function correlationTiles(correlation: Correlation, machine: Machine): readonly Tile[] {
  const best = correlationTile(correlation, machine);
  return machine.quads ? [best, correlationTile(correlation, { ...machine, quads: false })] : [best];
}

/** Tiles worth trying for the gradient of a filter, as {@link correlationTiles}. */
export function filterGradientTiles(gradient: FilterGradient, machine: Machine): readonly FilterTile[] {
  const best = filterGradientTile(gradient, machine);
  return best.quads ? [best, filterGradientTile(gradient, { ...machine, quads: false })] : [best];
}

/** The cheapest tile for a correlation. */
function correlationTile(correlation: Correlation, machine: Machine): Tile {
  const costs = costsOf(machine);
  const step = machine.quads ? 4 : 1;
  const tiles: Tile[] = [];
  for (let pixels = 1; pixels <= 16; pixels++) {
    for (let channels = step; channels <= 32 && pixels * channels <= costs.sums; channels += step) {
      const tile = { pixels, channels, quads: machine.quads, unrolled: false };
      const { reach } = layOut({ correlation, tile });
      tiles.push({ ...tile, unrolled: pixels * channels * reach[1] <= costs.unrolled });
    }
  }
  return cheapest(tiles, (tile) => correlationCost(correlation, tile, costs));
}

function correlationCost(correlation: Correlation, tile: Tile, costs: Costs): number {
  const { reach, apart, tiles, channelTiles, rows, phases } = layOut({ correlation, tile });
  const weights = tile.quads ? tile.channels / 4 : tile.channels;
  const span = (tile.pixels - 1) * apart + reach[1];
  const loads = tile.unrolled ? span + reach[1] * weights : reach[1] * (tile.pixels + weights) * costs.looped;
  const sums = reach[1] * tile.pixels * tile.channels;
  const threads = tiles * channelTiles * rows * phases[0] * phases[1];
  const rounds = reach[0] * correlation.depth * Math.max(threads, costs.threads);
  return (
    rounds * (loads * costs.load + sums) +
    costs.compile * tile.pixels * tile.channels * (tile.unrolled ? reach[1] : 1)
  );
}

/** The cheapest tile for the gradient of a filter. With few lines, a quad may not be worth its while. */
function filterGradientTile(gradient: FilterGradient, machine: Machine): FilterTile {
  const costs = costsOf(machine);
  const pixels = gradient.images * gradient.out[0] * gradient.out[1];
  const cost = (tile: FilterTile) => {
    const sums = tile.lines * gradient.taps[1] * tile.channels;
    const loads =
      (tile.lines / lanesOf(tile)) * Math.min(gradient.stride[1], gradient.taps[1]) + tile.channels;
    return pixels * threadsOf(gradient, tile) * (loads * costs.load + sums) + costs.compile * sums;
  };
  const tiles = (machine.quads ? [true, false] : [false]).flatMap((quads) =>
    filterTiles(gradient, quads, costs.sums),
  );
  const tile = cheapest(tiles, cost);
  // No more than a second pass adds up in no time.
  const wanted = Math.min(512, Math.ceil((costs.threads * 2) / threadsOf(gradient, tile) / 16) * 16);
  return { ...tile, parts: Math.min(gradient.images * gradient.out[0], wanted) };
}

function filterTiles({ taps }: FilterGradient, quads: boolean, most: number): FilterTile[] {
  const step = quads ? 4 : 1;
  const tiles: FilterTile[] = [];
  for (let lines = step; lines <= 32; lines += step) {
    for (let channels = 1; channels <= 16; channels++) {
      const smallest = lines === step && channels === 1;
      if (smallest || lines * taps[1] * channels <= most) tiles.push({ lines, channels, parts: 1, quads });
    }
  }
  return tiles;
}

function lanesOf({ quads }: FilterTile): number {
  return quads ? 4 : 1;
}

/** Threads for one part. */
function threadsOf(gradient: FilterGradient, tile: FilterTile): number {
  const [, lineTiles, channelTiles] = filterGradientGrid(gradient, tile);
  return lineTiles * channelTiles * lanesOf(tile);
}

function cheapest<Cut>(tiles: readonly Cut[], cost: (tile: Cut) => number): Cut {
  const [first, ...rest] = tiles.map((tile) => ({ tile, cost: cost(tile) }));
  if (!first) throw new Error('cheapest: nothing to choose from');
  return rest.reduce((best, next) => (next.cost < best.cost ? next : best), first).tile;
}
