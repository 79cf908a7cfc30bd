/** How to cut the gradient of a filter: the tile with the least work by a simple model, and others to try. */
import type { Exchange } from './exchange.ts';
import { filterGradientGrid, type FilterGradient, type FilterTile } from './filter-gradient-wgsl.ts';
import { cheapest, costsOf, distinct, isWideSoftware, type Costs, type Machine } from './tiles.ts';

/** Tiles worth trying on a machine, the cheapest by the model first. */
export function filterGradientTiles(gradient: FilterGradient, machine: Machine): readonly FilterTile[] {
  const costs = costsOf(machine);
  const best = (exchanges: readonly Exchange[], limits: Partial<Costs> = {}) =>
    bestTile(gradient, exchanges, machine, { ...costs, ...limits });
  // A second pixel loads and stores each sum half as often, and doubles the code.
  const paired = (tile: FilterTile): FilterTile => ({ ...tile, pixels: Math.min(2, gradient.out[1]) });
  const plain = best(['none']);
  if (!machine.quads) return distinct([plain, paired(plain), best(['none'], { sums: costs.sums / 2 })]);
  const quads = best(['quads', 'none']);
  if (!machine.subgroup) return distinct([quads, paired(quads), plain, paired(plain)]);
  const broadcast = best(['broadcast', 'none']);
  const large = best(['broadcast', 'none'], { sums: costs.sums * 2, compile: 0 });
  if (!isWideSoftware(machine)) return distinct([quads, paired(quads), broadcast, plain, paired(plain)]);
  const first = broadcast.exchange === 'none' ? broadcast : paired(broadcast);
  return distinct([first, broadcast, paired(broadcast), large, paired(quads), paired(plain)]);
}

/** The cheapest tile with one of these exchanges. With few channels, sharing may not be worth its while. */
function bestTile(
  gradient: FilterGradient,
  exchanges: readonly Exchange[],
  machine: Machine,
  costs: Costs,
): FilterTile {
  const { images, out, taps, stride } = gradient;
  const cost = (tile: FilterTile) => {
    const sums = tile.lines * taps[1] * tile.channels;
    const loads = Math.ceil(tile.lines / tile.lanes) * Math.min(stride[1], taps[1]) + tile.channels;
    const heard = tile.exchange === 'none' ? 0 : tile.lines * taps[1];
    const each = loads * costs.load + heard * costs.exchange + sums;
    return images * out[0] * out[1] * threadsOf(gradient, tile) * each + costs.compile * sums;
  };
  const tiles = exchanges.flatMap((exchange) => tilesWith(gradient, exchange, machine, costs.sums));
  const tile = cheapest(tiles, cost);
  // Enough to spread over the machine, but no more than a second pass adds up in no time.
  const threads = costs.threads * (machine.software ? 8 : 2);
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, threads / threadsOf(gradient, tile))));
  return { ...tile, parts: Math.min(images * out[0], wanted, 512) };
}

function tilesWith(
  { taps }: FilterGradient,
  exchange: Exchange,
  machine: Machine,
  most: number,
): FilterTile[] {
  const lanes = { none: 1, quads: 4, broadcast: machine.subgroup ?? 1 }[exchange];
  const step = exchange === 'quads' ? 4 : 1;
  const tiles: FilterTile[] = [];
  for (let lines = step; lines <= 32; lines += step) {
    for (let channels = 1; channels <= 16; channels++) {
      const smallest = lines === step && channels === 1;
      if (smallest || lines * taps[1] * channels <= most)
        tiles.push({
          exchange,
          lanes,
          lines,
          channels,
          pixels: 1,
          parts: 1,
          unrolledStores: !machine.software,
        });
    }
  }
  return tiles;
}

/** Threads for one part. */
function threadsOf(gradient: FilterGradient, tile: FilterTile): number {
  const [, lineTiles, channelTiles] = filterGradientGrid(gradient, tile);
  return lineTiles * channelTiles * tile.lanes;
}
