/** How weights and changes are written: three digits, so that columns can be compared. */

const minus = (text: string) => text.replaceAll('-', '−');

/** 0.5 → "0.500", 1234 → "1,234", 2e-7 → "2.0e−7". */
export function weightText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-3 || size >= 1e5) return minus(value.toExponential(1).replace('e+', 'e'));
  if (size >= 100) return minus(Math.round(value).toLocaleString('en-GB'));
  return minus(value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3));
}

/** A change with its sign: "−0.012", "+0.003", "0". */
export function signedText(value: number): string {
  const text = weightText(value);
  return value > 0 ? `+${text}` : text;
}
