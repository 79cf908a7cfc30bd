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
export function cosineText(cosine: number): string {
  if (!Number.isFinite(cosine)) return '–';
  const text = Math.abs(cosine).toFixed(2);
  return cosine < 0 && text !== '0.00' ? `−${text}` : text;
}
