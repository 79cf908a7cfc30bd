/** How a tile of a correlation gets to memory, with bias and activation; the last part of correlate-wgsl.ts. */
import type { Correlation, Layout, Tile } from './correlate-wgsl.ts';
import { sharedFrom } from './exchange.ts';
import { activationCode } from './fused-activation.ts';
import { times } from './unroll.ts';

/** WGSL that writes a tile; what hangs over the edge of y is asked about only where something may. */
export function storesCode(correlation: Correlation, tile: Tile, layout: Layout): string {
  const { channels, bias } = correlation;
  const places = times(tile.channels, (c) => {
    const place = `channel + ${sharedFrom(tile.exchange, `${c}u`)}`;
    const value = bias ? ` let b${c} = bias[min(c${c}, ${channels - 1}u)];` : '';
    return `  let c${c} = ${place};${value}`;
  });
  if (tile.unrolledStores) {
    const pixels = times(tile.pixels, (p) =>
      storePixel(correlation, tile, layout, `${p}u`, (c) => `s${p}_${c}`),
    );
    return [...places, ...pixels].join('\n');
  }
  const all = times(tile.pixels, (p) => times(tile.channels, (c) => `s${p}_${c}`).join(', '));
  const size = tile.pixels * tile.channels;
  // A loop of so many rounds as the code says would be unrolled.
  return `${places.join('\n')}
  var sums = array<f32, ${size}>(${all.join(', ')});
  for (var p = 0u; p < min(${tile.pixels}u, arrayLength(&y)); p++) {
${storePixel(correlation, tile, layout, 'p', (c) => `sums[p * ${tile.channels}u + ${c}u]`)}
  }`;
}

/** Writes all channels of pixel p of the tile. */
function storePixel(
  { out, channels, bias, activation }: Correlation,
  tile: Tile,
  { backward, phases, across, channelTiles }: Layout,
  p: string,
  sumOf: (c: number) => string,
): string {
  const lastChannel = (channelTiles - 1) * tile.channels;
  const writes = times(tile.channels, (c) => {
    const reaches = tile.exchange === 'quads' ? c - (c % 4) + 4 : c + 1;
    const inside = lastChannel + reaches <= channels ? '' : `if (c${c} < ${channels}u) `;
    const sum = bias ? `${sumOf(c)} + b${c}` : sumOf(c);
    return `    ${inside}{ let sum = ${sum}; y[start + c${c}] = ${activationCode(activation, 'sum')}; }`;
  });
  const column = backward ? `(column + ${p}) * ${phases[1]}u + phase.x` : `column + ${p}`;
  const inside = across * tile.pixels * phases[1] <= out[1] ? '' : `if (ox < ${out[1]}u) `;
  return `  { let ox = ${column}; let start = (y_row + ox) * ${channels}u; ${inside}{
${writes.join('\n')} } }`;
}
