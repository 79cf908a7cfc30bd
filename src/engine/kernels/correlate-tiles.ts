/** How to cut a correlation: the tile with the least work by a simple model of what loads and sums cost, and others to try. */
import { layOut, mostDepths, type Correlation, type Tile } from './correlate-wgsl.ts';
import { suitsBlocks, type Block } from './correlate-workgroup-wgsl.ts';
import type { Exchange } from './exchange.ts';
import { cheapest, costsOf, distinct, isWideSoftware, type Costs, type Machine } from './tiles.ts';

/** Cuts worth trying on a machine, the cheapest tile by the model first. */
export function correlationCuts(correlation: Correlation, machine: Machine): readonly (Tile | Block)[] {
  const costs = costsOf(machine);
  const best = (exchange: Exchange, limits: Partial<Costs> = {}) =>
    bestTile(correlation, exchange, machine, { ...costs, ...limits });
  const plain = best('none');
  const blocks = machine.software ? [] : blocksFor(correlation);
  if (!machine.quads)
    return distinct([plain, deep(correlation, plain), ...blocks, best('none', { sums: costs.sums / 2 })]);
  const quads = best('quads');
  if (!machine.subgroup) return distinct([quads, deep(correlation, quads), ...blocks, plain]);
  const broadcast = best('broadcast');
  const large = best('broadcast', { compile: 0 });
  if (!isWideSoftware(machine))
    return distinct([quads, deep(correlation, quads), ...blocks, broadcast, plain]);
  const small = best('broadcast', { sums: 64 });
  const [pairs, smallPairs] = [deep(correlation, broadcast, 2), deep(correlation, small, 2)];
  return distinct([broadcast, pairs, smallPairs, large, plain, quads]);
}

/** The same tile with as many depths at once as can be, or as `most`. */
function deep(correlation: Correlation, tile: Tile, most: 2 | 4 = 4): Tile {
  const depths = mostDepths(correlation);
  return { ...tile, depths: depths > most ? most : depths };
}

/** Blocks of a size that every adapter allows: 256 threads that share 13 KB at most. */
function blocksFor(correlation: Correlation): Block[] {
  if (!suitsBlocks(correlation)) return [];
  const columns = correlation.channels > 32 ? 64 : 32;
  const block = { exchange: 'workgroup', columns, slice: 16, pixels: 8, channels: 4 } as const;
  return [64, 128].map((rows) => ({ ...block, rows }));
}

/** The cheapest tile with a given exchange. */
function bestTile(correlation: Correlation, exchange: Exchange, machine: Machine, costs: Costs): Tile {
  const lanes = { none: 1, quads: 4, broadcast: machine.subgroup ?? 1 }[exchange];
  const step = exchange === 'quads' ? 4 : 1;
  const tiles: Tile[] = [];
  for (let pixels = 1; pixels <= 16; pixels++) {
    for (let channels = step; channels <= 32 && pixels * channels <= costs.sums; channels += step) {
      const tile = {
        exchange,
        lanes,
        pixels,
        channels,
        depths: 1,
        unrolled: false,
        unrolledStores: !machine.software,
        workgroup: 64,
      } as const;
      const { reach } = layOut({ correlation, tile });
      tiles.push({ ...tile, unrolled: pixels * channels * reach[1] <= costs.unrolled });
    }
  }
  return cheapest(tiles, (tile) => costOf(correlation, tile, costs));
}

function costOf(correlation: Correlation, tile: Tile, costs: Costs): number {
  const { reach, apart, tiles, channelTiles, rows, phases } = layOut({ correlation, tile });
  const weights = Math.ceil(tile.channels / tile.lanes);
  const span = (tile.pixels - 1) * apart + reach[1];
  const loads = tile.unrolled ? span + reach[1] * weights : reach[1] * (tile.pixels + weights) * costs.looped;
  const heard = tile.exchange === 'none' ? 0 : reach[1] * tile.channels;
  const sums = reach[1] * tile.pixels * tile.channels;
  const threads = tiles * channelTiles * rows * phases[0] * phases[1];
  const rounds = reach[0] * correlation.depth * Math.max(threads, costs.threads);
  return (
    rounds * (loads * costs.load + heard * costs.exchange + sums) +
    costs.compile * tile.pixels * tile.channels * (tile.unrolled ? reach[1] : 1)
  );
}
