/** Cosines as colours and as text: blue where gradients agree, red where they oppose each other, neutral in between. */

/** Per cent of colour at ±1: as strong as the page's ink can still be read on, light and dark. */
const strongest = 56;

/**
 * CSS background for a cosine, −1…1; a neutral one for NaN. Blue and red differ for every kind of colour blindness; the
 * sign must be readable without them nevertheless.
 */
export function cosineColour(cosine: number): string {
  if (!Number.isFinite(cosine)) return 'var(--surface-sunken)';
  const percent = Math.round(strongest * Math.min(1, Math.abs(cosine)) ** 0.75);
  return `color-mix(in srgb, var(--${cosine < 0 ? 'danger' : 'accent'}) ${percent}%, var(--surface-sunken))`;
}

/** "−0.21", "0.40", "–" where a gradient was zero. */
export function cosineText(cosine: number, digits = 2): string {
  if (!Number.isFinite(cosine)) return '–';
  const text = Math.abs(cosine).toFixed(digits);
  return cosine < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** "top left and bottom right: cosine −0.21, in conflict" */
export function pairSentence(first: string, second: string, cosine = Number.NaN, digits = 2): string {
  if (first === second) return `${first} with itself`;
  if (!Number.isFinite(cosine)) return `${first} and ${second}: one of the gradients is zero`;
  return `${first} and ${second}: cosine ${cosineText(cosine, digits)}${cosine < 0 ? ', in conflict' : ''}`;
}
