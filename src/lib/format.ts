/** Numbers and quantities as people read them; one way of writing each, everywhere. */

const grouped = new Intl.NumberFormat('en-GB');

/** 36050 → "36,050". */
export function formatCount(value: number): string {
  return grouped.format(Math.round(value));
}

/** Bytes in decimal units: 61_234_567 → "61 MB". */
export function formatBytes(bytes: number): string {
  return scaled(bytes, 'B', ['kB', 'MB', 'GB', 'TB']);
}

/** Floating-point operations: 2_100_000 → "2.1 MFLOP". */
export function formatFlops(flops: number): string {
  return scaled(flops, 'FLOP', ['kFLOP', 'MFLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'EFLOP']);
}

function scaled(value: number, unit: string, larger: readonly string[]): string {
  let amount = value;
  let name = unit;
  for (const next of larger) {
    if (amount < 999.5) break;
    amount /= 1000;
    name = next;
  }
  return `${amount < 9.95 && name !== unit ? amount.toFixed(1) : Math.round(amount)} ${name}`;
}

/** Seconds as "25 s", "3 min 20 s" or "2 h 5 min". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A measured value with four significant digits, never in a form longer than 9 characters: 0.48213 → "0.4821". */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return size >= 1000 ? formatCount(value) : Number(value.toPrecision(4)).toString();
}

/** A share of one as a percentage: 0.8412 → "84.1 %". */
export function formatPercent(share: number): string {
  return Number.isNaN(share) ? 'n/a' : `${(share * 100).toFixed(1)} %`;
}
