/** What size and colours images are proposed to have, by a look at some of the pictures. */
import type { ImagePlan, Decoder, PictureFacts } from '../decoding/decoder.ts';
import type { ImageSource, RawSample } from '../importers/importer.ts';

const looks = 48;
/** Larger images are slow to train on: they are offered, not proposed. */
const largestProposed = 128;

/** Some of a list, evenly spread. */
export function spread<Item>(items: readonly Item[], count: number): Item[] {
  const step = Math.max(1, items.length / count);
  return Array.from({ length: Math.min(count, items.length) }, (_, i) => items[Math.floor(i * step)]).filter(
    (item) => item !== undefined,
  );
}

async function factsOf(source: ImageSource, decoder: Decoder): Promise<PictureFacts | null> {
  if (source.kind === 'pixels') {
    const { width, height, channels } = source.block.shape;
    return { width, height, isGrey: channels === 1, hasAlpha: false };
  }
  return decoder.probe(source).catch(() => null);
}

const rangeOf = (values: readonly number[]) => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? `${low}` : `${low}–${high}`;
};

/** A side in pixels: that of the pictures where they are small and alike, else a handy one. */
function proposedSide(sides: readonly number[]): number {
  const middle = sides.toSorted((a, b) => a - b)[Math.floor(sides.length / 2)] ?? 64;
  return middle >= 64 ? 64 : Math.max(16, 2 ** Math.ceil(Math.log2(middle)));
}

function proposed(facts: readonly PictureFacts[]): ImagePlan {
  const [first] = facts;
  const background = facts.some(({ hasAlpha }) => hasAlpha) ? '#ffffff' : '#000000';
  const channels = first && facts.every(({ isGrey }) => isGrey === true) ? 1 : 3;
  const areAlike = facts.every(({ width, height }) => width === first?.width && height === first.height);
  const fits = ({ width, height }: PictureFacts) =>
    Math.min(width, height) >= 16 && Math.max(width, height) <= largestProposed;
  if (first && areAlike && fits(first))
    return { shape: { width: first.width, height: first.height, channels }, fit: 'cover', background };
  const side = proposedSide(facts.map(({ width, height }) => Math.min(width, height)));
  return { shape: { width: side, height: side, channels }, fit: 'cover', background };
}

/** The proposal, and in words what sizes were seen; empty where no picture could be looked at. */
export async function lookAt(
  samples: readonly RawSample[],
  decoder: Decoder,
  signal: AbortSignal,
): Promise<{ readonly image: ImagePlan; readonly sizes: string }> {
  const found = await Promise.all(spread(samples, looks).map(({ image }) => factsOf(image, decoder)));
  signal.throwIfAborted();
  const facts = found.filter((each) => each !== null);
  const [widths, heights] = [facts.map(({ width }) => width), facts.map(({ height }) => height)];
  if (facts.length === 0) return { image: proposed([]), sizes: '' };
  const [wide, high] = [rangeOf(widths), rangeOf(heights)];
  const isOne = !wide.includes('–') && !high.includes('–');
  return { image: proposed(facts), sizes: isOne ? `${wide}×${high}` : `${wide} × ${high}` };
}
