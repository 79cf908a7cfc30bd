/** Texts from files as they may be shown, compared and kept: a class is what it says, whatever signs it hides. */
import type { Cell } from '../importers/importer.ts';

/** Longer texts are descriptions, and one of 100 MB must not travel with a plan. */
const mostSigns = 2000;

/** Nearly every label: printable ASCII without spaces around it. */
const plainText = /^[!-~]([ -~]*[!-~])?$/;
/** They turn the text that follows around: a name could show as another one. ZWJ and variation selectors belong to emoji. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const controls = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/** The same characters in memory of their own: a slice would keep the whole text that it is of. */
const apart = (text: string) => new TextDecoder().decode(new TextEncoder().encode(text));

/**
 * NFC, trimmed, without control characters and those that turn the direction of writing; of more than 2,000 UTF-16 codes only
 * the beginning and `…`.
 */
export function cleanText(text: string): string {
  if (text.length <= mostSigns && plainText.test(text)) return text;
  const short = text.length > mostSigns ? `${apart(text.slice(0, mostSigns))}…` : text;
  return short.normalize('NFC').replaceAll(turning, '').replaceAll(controls, ' ').trim();
}

/** A cell with its texts clean; the very same where they were. */
export function cleanCell(cell: Cell): Cell {
  if (typeof cell === 'string') return cleanText(cell);
  if (typeof cell !== 'object' || cell === null) return cell;
  const isText = (each: string | number) => typeof each === 'string';
  return cell.some(isText) ? cell.map((each) => cleanText(`${each}`)) : cell;
}
