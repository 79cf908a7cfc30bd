/** Damage as disks, networks and ill-meaning people do it to files, by a seed. */

/** Random whole numbers below a bound, the same for the same seed. */
export type Random = (below: number) => number;

/** mulberry32 */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Content = Uint8Array<ArrayBuffer>;
type Mutation = (bytes: Content, random: Random) => Content;

/** Texts that trip readers. */
const tokens = [
  '1e999', '-1', '0', 'NaN', '"', '""', "'", '\n', '\r', ',', ';', '\t', '\0', '{', '}', '[', '[[[[[[[[', '{}', 'null', ':',
  '__proto__', 'constructor', '../', '/', 'C:\\', '<img src=x onerror=alert(1)>', '\u202e', '🦊', '\ud800', '99999999999999999999',
  'x'.repeat(5000), ','.repeat(5000), '[1,'.repeat(2000),
]; // prettier-ignore
const extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

function joined(...parts: readonly Uint8Array[]): Content {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A range of a file: mostly a short one. */
function rangeIn(bytes: Content, random: Random): [number, number] {
  const start = random(bytes.length + 1);
  const most = random(4) === 0 ? bytes.length : 16;
  return [start, Math.min(bytes.length, start + 1 + random(most))];
}

const flipBit: Mutation = (bytes, random) => {
  const at = random(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
  return bytes;
};
const setByte: Mutation = (bytes, random) => bytes.fill(random(256), random(bytes.length)).slice();
const changeByte: Mutation = (bytes, random) => {
  bytes[random(bytes.length)] = random(256);
  return bytes;
};
const truncate: Mutation = (bytes, random) => bytes.slice(0, random(bytes.length));
const behead: Mutation = (bytes, random) => bytes.slice(random(Math.min(64, bytes.length)));
const remove: Mutation = (bytes, random) => {
  const [start, end] = rangeIn(bytes, random);
  return joined(bytes.subarray(0, start), bytes.subarray(end));
};
const duplicate: Mutation = (bytes, random) => {
  const [start, end] = rangeIn(bytes, random);
  return joined(bytes.subarray(0, end), bytes.subarray(start));
};
const insert: Mutation = (bytes, random) => {
  const at = random(bytes.length + 1);
  const noise = Uint8Array.from({ length: 1 + random(40) }, () => random(256));
  return joined(bytes.subarray(0, at), noise, bytes.subarray(at));
};
/** A number of one, two, four or eight bytes, of either order, becomes an extreme one: lengths, counts, offsets. */
const blowUp: Mutation = (bytes, random) => {
  const width = [1, 2, 4, 8][random(4)] ?? 4;
  if (bytes.length < width) return bytes;
  const at = random(bytes.length - width + 1);
  const value = BigInt(extremes[random(extremes.length)] ?? 0) << BigInt(random(2) * 8 * (width - 1));
  const little = random(2) === 0;
  for (let i = 0; i < width; i++)
    bytes[at + (little ? i : width - 1 - i)] = Number((value >> BigInt(8 * i)) & 0xffn);
  return bytes;
};
/** One of the tokens in place of a word, or between two. */
const swapToken: Mutation = (bytes, random) => {
  const text = new TextDecoder('latin1').decode(bytes);
  const words = [...text.matchAll(/[\w.+-]+|[^\w\s]/g)];
  const word = words[random(words.length)];
  const start = word?.index ?? 0;
  const end = start + (random(3) === 0 ? 0 : (word?.[0].length ?? 0));
  const token = new TextEncoder().encode(tokens[random(tokens.length)] ?? '');
  return joined(bytes.subarray(0, start), token, bytes.subarray(end));
};

const any = [
  flipBit,
  flipBit,
  changeByte,
  truncate,
  behead,
  remove,
  duplicate,
  insert,
  blowUp,
  blowUp,
  setByte,
];
const ofTexts = [...any, ...Array.from({ length: 8 }, () => swapToken)];

/** Whether most bytes are those of letters. */
function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 200);
  return head.filter((byte) => byte >= 9 && byte < 0x7f).length > 0.9 * head.length;
}

/** The file after one to four mutations. */
export function mutate(bytes: Uint8Array, random: Random): Content {
  const kinds = isText(bytes) ? ofTexts : any;
  let mutated: Content = new Uint8Array(bytes);
  for (let i = random(4); i >= 0 && mutated.length > 0; i--)
    mutated = (kinds[random(kinds.length)] ?? flipBit)(mutated, random);
  return mutated;
}
