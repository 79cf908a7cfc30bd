/** What a run would take, in words: times rounded to what is known of them, and what the figures rest on. */
import type { StepEstimate } from '#experiment/step-estimate.ts';
import { formatDuration, formatFlops } from '#lib/format.ts';

/** Milliseconds as "12.3 ms" or "1.20 s". */
export function stepText(milliseconds: number): string {
  return milliseconds < 1000
    ? `${milliseconds.toPrecision(milliseconds < 1 ? 2 : 3)} ms`
    : `${(milliseconds / 1000).toPrecision(3)} s`;
}

/** Seconds, to two digits or so: a forecast knows no more. */
export function roughDuration(seconds: number): string {
  if (seconds < 1) return 'less than a second';
  const grain = 10 ** Math.max(0, Math.floor(Math.log10(seconds)) - 1);
  const whole = Math.round(seconds / grain) * grain;
  // From a minute on, to what reads well: 10 s, half a minute, five minutes.
  const round = whole < 60 ? 1 : whole < 600 ? 10 : whole < 3600 ? 60 : 300;
  return formatDuration(Math.round(whole / round) * round).replace(/ (min|h) 0 (s|min)$/, ' $1');
}

const ages = new Intl.RelativeTimeFormat('en-GB', { numeric: 'always' });

/** "just now", "2 minutes ago", "3 days ago". */
export function agoText(at: number, now: number): string {
  const seconds = (now - at) / 1000;
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return ages.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return ages.format(-Math.floor(seconds / 3600), 'hour');
  return ages.format(-Math.floor(seconds / 86_400), 'day');
}

/** What an estimate rests on, as a sentence. */
export function basisText(estimate: StepEstimate | null, now: number): string {
  if (!estimate) return 'No step was timed on this adapter yet.';
  const { from, basis, factor } = estimate;
  const when = agoText(from.at, now);
  if (basis === 'scaled') {
    const speed = formatFlops((from.flops / from.milliseconds) * 1000);
    return `Estimated from the ${speed}/s that another network reached here ${when}: may be off by a factor of ${factor.toPrecision(2)}.`;
  }
  const how = from.origin === 'run' ? 'Measured in a run' : 'From a few timed steps';
  return `${how} on this adapter, ${when}.`;
}
