/** Numbers as text fields show and take them. */

/** The shortest exact form: 1e-3 and smaller, and 1e7 and larger, in scientific notation. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 0.01 || size >= 1e7) ? value.toExponential() : String(value);
}

/** Exact and without an exponent, as `aria-valuenow` wants it. */
export function decimalText(value: number): string {
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 });
}

/** Reads what a person typed: "1e-3", "0,5", "20 000", "20,000"; undefined where it is no number. */
export function readNumber(text: string): number | undefined {
  const compact = text.replaceAll(/[\s_]/g, '').replaceAll('−', '-');
  const grouped = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(compact);
  const plain = grouped ? compact.replaceAll(',', '') : compact.replace(',', '.');
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain)) return undefined;
  return Number(plain);
}

/**
 * The next round number up (1) or down (−1): whole steps for integers, else the series 1, 2, 5 of the decade below one
 * and tenths above.
 */
export function nextNumber(value: number, direction: 1 | -1, integer: boolean, coarse: boolean): number {
  if (integer) return Math.round(value) + direction * (coarse ? 10 : 1);
  if (value === 0) return direction > 0 ? (coarse ? 0.1 : 0.01) : 0;
  const size = Math.abs(value);
  if (size >= 1) return round(value + direction * (coarse ? 1 : 0.1));
  const decade = 10 ** Math.floor(Math.log10(size) + 1e-9);
  const ladder = coarse ? [0.1, 1, 10] : [0.5, 1, 2, 5, 10];
  const rungs = ladder.map((rung) => rung * decade);
  const outward = direction === Math.sign(value);
  const next = outward
    ? rungs.find((rung) => rung > size * (1 + 1e-9))
    : rungs.findLast((rung) => rung < size * (1 - 1e-9));
  return Math.sign(value) * round(next ?? size);
}

/** Without the dust of binary fractions. */
const round = (value: number) => Number(value.toPrecision(12));
