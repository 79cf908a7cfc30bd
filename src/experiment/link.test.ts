/** Experiments in links. */
import { expect, it } from 'vitest';
import { fromHash, toHash } from './link.ts';
import { withPreset, type PresetId, presets } from './presets/index.ts';
import { experimentOn, pairsInfo, shapesInfo } from './testing.ts';

it.each(Object.keys(presets) as PresetId[])('takes %s through a link unchanged', async (preset) => {
  for (const info of [pairsInfo, shapesInfo]) {
    const experiment = {
      ...withPreset(experimentOn(info), preset),
      name: 'Größe “36×36” 🧵',
      seed: 0xffffffff,
    };
    const hash = await toHash(experiment);
    expect(hash).toMatch(/^#e=[A-Za-z0-9_-]+$/);
    expect(hash.length).toBeLessThan(2000);
    expect(await fromHash(hash)).toEqual(experiment);
  }
});

it.each(['', '#', '#settings', '#x=abc'])('finds none in "%s"', async (hash) => {
  expect(await fromHash(hash)).toBeUndefined();
});

it('says of a link that was cut off how to mend it', async () => {
  const hash = await toHash(experimentOn(pairsInfo));
  await expect(fromHash(hash.slice(0, -20))).rejects.toThrow(
    /^link: cannot be read: .*\. It may have been cut off: copy the whole link again\.$/s,
  );
});

it.each(['#e=', '#e=****', '#e=AAAA', '#e=%00'])('refuses the damaged %s', async (hash) => {
  await expect(fromHash(hash)).rejects.toThrow('link: cannot be read');
});

/** Any text as a link. */
async function linkTo(text: string): Promise<string> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return `#e=${Buffer.from(await new Response(packed).arrayBuffer()).toString('base64url')}`;
}

it('names what is invalid in a link that was made by hand', async () => {
  const document = { ...experimentOn(pairsInfo), seed: -1 };
  await expect(fromHash(await linkTo(JSON.stringify(document)))).rejects.toThrow(
    'seed: must be at least 0 (found -1)',
  );
});

it('does not unpack a bomb', async () => {
  await expect(fromHash(await linkTo(' '.repeat(50_000_000)))).rejects.toThrow(
    'link: cannot be read: it unpacks to more than 4000000 bytes',
  );
});
