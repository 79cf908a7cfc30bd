/** What a file holds that is called a picture and is none, for the list of what was left out. */

/** What a file begins with, and what it is then. */
const signatures: readonly (readonly [start: string, name: string])[] = [
  ['%PDF-', 'a PDF'],
  ['PK\x03\x04', 'a zip archive'],
  ['\x1f\x8b', 'a gzip archive'],
  ['Rar!', 'a RAR archive'],
  ['7z\xbc\xaf', 'a 7-Zip archive'],
  ['II*\0', 'a TIFF picture, which browsers do not decode'],
  ['MM\0*', 'a TIFF picture, which browsers do not decode'],
  ['8BPS', 'a Photoshop picture, which browsers do not decode'],
  ['\0\0\x01\0', 'an icon, which is not read'],
  ['\xff\x0a', 'a JPEG XL picture, which browsers do not decode'],
  ['\0\0\0\x0cJXL ', 'a JPEG XL picture, which browsers do not decode'],
  ['\0\0\0\x0cjP  ', 'a JPEG 2000 picture, which browsers do not decode'],
  ['\x93NUMPY', 'a NumPy array'],
  ['PAR1', 'a Parquet table'],
  ['\x7fELF', 'a program'],
  ['MZ', 'a program'],
  ['ID3', 'sound'],
  ['OggS', 'sound or a film'],
  ['\x1aE\xdf\xa3', 'a film'],
  ['version https://git-lfs', 'a pointer of Git LFS instead of the file'],
];

/** Brands of ISO media files that are no AVIF. */
function brandOf(start: string): string | null {
  if (start.slice(4, 8) !== 'ftyp') return null;
  return /^(heic|heix|hevc|mif1|msf1)/.test(start.slice(8, 12))
    ? 'a HEIC picture, which browsers do not decode'
    : 'a film';
}

/** What may stand before the first element of XML and HTML, and how it ends. */
const prologue = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<!', '>'],
] as const;

/** The text from its first element on. Without a regular expression, of which a crafted text could make much work. */
function fromFirstElement(text: string): string {
  let rest = text.trimStart();
  for (;;) {
    const [start, end] = prologue.find(([sign]) => rest.startsWith(sign)) ?? [];
    if (start === undefined || end === undefined) return rest;
    const at = rest.indexOf(end, start.length);
    if (at < 0) return '';
    rest = rest.slice(at + end.length).trimStart();
  }
}

/** What text is about. */
function textOf(start: string): string | null {
  const text = start.replace(/^\xef\xbb\xbf/, '').trimStart();
  const element = fromFirstElement(text);
  if (/^<(\w+:)?svg\b/i.test(element))
    return 'an SVG drawing, which is not decoded because it can hold scripts';
  if (/^<(html|head|body|script|title|meta|div|p|h1)\b/i.test(element) || /^<!doctype html/i.test(text))
    return 'HTML';
  if (text.startsWith('<?xml')) return 'XML';
  if (/^[{[]/.test(text) && isText(text)) return 'JSON or other text';
  return text && isText(text) ? 'text' : null;
}

const isText = (text: string) => Array.from(text).every((sign) => sign >= ' ' || '\t\n\r\f'.includes(sign));

/**
 * Says what a file is that is no picture, without its name: `is no picture: it holds HTML`.
 * @param bytes its beginning; a thousand are enough
 */
export function whatItHolds(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'is empty: it has 0 bytes';
  const beginning = bytes.subarray(0, 1024);
  if (beginning.every((byte) => byte === 0)) return 'is no picture: it holds only zeros';
  const start = String.fromCodePoint(...beginning);
  const found = signatures.find(([sign]) => start.startsWith(sign))?.[1] ?? brandOf(start) ?? textOf(start);
  return found
    ? `is no picture that can be read: it holds ${found}`
    : 'is no picture that can be read: PNG, JPEG, WebP, GIF, BMP and AVIF are';
}
