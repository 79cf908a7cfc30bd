/** What the bench finds out, as its JSON holds it, and how rounds become a result. */
import type { EngineDetails } from '#engine/types.ts';
import type { Strategy } from '#strategies/strategy.ts';
import { median } from './arithmetic.ts';
import type { ContenderId } from './contenders/index.ts';
import type { MethodChoice } from './methods.ts';
import type { NetworkId } from './networks.ts';
import type { Prepared, Round } from './protocol.ts';

/** Of one contender on one network; medians of the rounds, per step. Null where it cannot be told. */
export interface Result {
  readonly network: NetworkId;
  readonly contender: ContenderId;
  /** The adapter or processor, as the contender names it. */
  readonly adapter: string;
  readonly batchSize: number;
  readonly rounds: number;
  /** In all rounds. */
  readonly steps: number;
  readonly msPerStep: number;
  /** Of the fastest round. */
  readonly leastMsPerStep: number;
  readonly jsMsPerStep: number | null;
  readonly dispatches: number | null;
  readonly uploadedBytes: number | null;
  readonly peakBytes: number | null;
  readonly imagesPerSecond: number;
  readonly gflops: number;
  /** Of the arithmetic peak of the adapter; null for what does not run on it. */
  readonly percentOfPeak: number | null;
  /** From the request to the end of the first step: building, compiling, training once. */
  readonly startMs: number;
  readonly firstLoss: number | null;
  readonly lastLoss: number | null;
  /** Finite losses, the last below the first, and the first the same as every other contender's. */
  readonly isSane: boolean;
  readonly notes: readonly string[];
  /** Of our own engine: kernels, variants, what it holds. */
  readonly engine?: EngineDetails;
}

/** A contender that could not be measured. */
export interface Failure {
  readonly network: NetworkId;
  readonly contender: ContenderId;
  readonly reason: string;
}

/** Our step under a multi-task method against the same step under equal weights, by turns; of the shortest turns. */
export interface MethodResult extends MethodChoice {
  readonly network: NetworkId;
  readonly tasks: number;
  readonly needs: Strategy['needs'];
  readonly rounds: number;
  readonly equalMs: number;
  readonly ms: number;
  /** Of the method's time by that of equal weights. */
  readonly ratio: number;
  /** The same of the medians of all turns: much more than `ratio` on a machine that was busy. */
  readonly medianRatio: number;
  /** Its loss is a number, and its step runs as that under equal weights does: replayed, or both eager. */
  readonly isSane: boolean;
  readonly engine: EngineDetails;
  readonly equalEngine: EngineDetails;
}

/** A method that could not be measured. */
export interface MethodFailure extends MethodChoice {
  readonly network: NetworkId;
  readonly tasks: number;
  readonly reason: string;
}

/** Train to first metrics, in milliseconds: on empty caches, and once more in a fresh process on what that left. */
export interface StartTimes {
  readonly network: NetworkId;
  readonly coldMs: number;
  readonly warmMs: number;
}

/** The page in a browser, from `npm run bench -- --only page`. */
export interface PageFigures {
  /** Milliseconds from the click on Train to the first point of a curve, in a fresh profile and in the same one later. */
  readonly coldFirstPointMs: number;
  readonly warmFirstPointMs: number;
  /** Frames with more than 50 ms of script, and the most script in one, over so many seconds of training. */
  readonly seconds: number;
  readonly longFrames: number;
  readonly longestScriptMs: number;
}

export interface Report {
  readonly date: string;
  readonly host: 'Node' | 'Chromium';
  readonly adapter: string;
  readonly isSoftware: boolean;
  readonly versions: Readonly<Record<string, string>>;
  /** The best of all rounds: what the shares of peak are of. */
  readonly peak: { readonly gflops: number; readonly gigabytesPerSecond: number };
  readonly results: readonly Result[];
  readonly failures: readonly Failure[];
  readonly methods?: readonly MethodResult[];
  readonly methodFailures?: readonly MethodFailure[];
  readonly start: StartTimes | null;
  readonly page?: PageFigures;
  /** Gzipped bytes by what they are of. */
  readonly bundleBytes?: Readonly<Record<string, number>>;
}

/** All that was measured of one contender on one network. */
export interface Measured {
  readonly network: NetworkId;
  readonly contender: ContenderId;
  readonly prepared: Prepared;
  readonly rounds: readonly Round[];
  readonly notes: readonly string[];
}

/** Relative difference of first losses up to which two contenders train the same network. */
const sameLoss = 0.01;

export interface Context {
  readonly batchSize: number;
  /** Of one step. */
  readonly flops: number;
  /** Of the adapter, in GFLOP/s; NaN where it was not measured. */
  readonly peakGflops: number;
  /** First losses of all contenders. */
  readonly firstLosses: readonly number[];
}

export function resultOf(measured: Measured, context: Context): Result {
  const { network, contender, prepared, rounds, notes } = measured;
  const { batchSize, flops, peakGflops, firstLosses } = context;
  const middle = (of: (round: Round) => number | null): number | null => {
    const values = rounds.map(of).filter((value) => value !== null);
    return values.length > 0 ? median(values) : null;
  };
  const times = rounds.map(({ milliseconds }) => milliseconds);
  const msPerStep = median(times);
  const gflops = flops / msPerStep / 1e6;
  const runsOnAdapter = prepared.processor === undefined;
  const lastLoss = rounds.at(-1)?.lastLoss ?? Number.NaN;
  const engine = rounds.at(-1)?.engine;
  const complaint = complaintAbout(prepared.firstLoss, lastLoss, firstLosses);
  return {
    network,
    contender,
    adapter: prepared.adapter,
    batchSize,
    rounds: rounds.length,
    steps: rounds.reduce((total, { steps }) => total + steps, 0),
    msPerStep,
    leastMsPerStep: Math.min(...times),
    jsMsPerStep: middle((round) => round.scriptMilliseconds),
    dispatches: middle((round) => round.dispatches),
    uploadedBytes: middle((round) => round.uploadedBytes),
    peakBytes: rounds.at(-1)?.peakBytes ?? null,
    imagesPerSecond: (1000 * batchSize) / msPerStep,
    gflops,
    percentOfPeak: runsOnAdapter && peakGflops > 0 ? (100 * gflops) / peakGflops : null,
    startMs: prepared.startMilliseconds,
    firstLoss: finite(prepared.firstLoss),
    lastLoss: finite(lastLoss),
    isSane: complaint === undefined,
    notes: [...prepared.notes, ...notes, ...(complaint === undefined ? [] : [complaint])],
    ...(engine ? { engine } : {}),
  };
}

/** What is wrong with the losses of a contender, in words; a broken step must not win. */
function complaintAbout(first: number, last: number, firsts: readonly number[]): string | undefined {
  if (!Number.isFinite(first) || !Number.isFinite(last)) return 'its loss is not a number';
  if (last >= first) return `its loss rose from ${first.toPrecision(4)} to ${last.toPrecision(4)}`;
  const usual = median(firsts.filter(Number.isFinite));
  if (Math.abs(first - usual) > sameLoss * usual)
    return `its first loss is ${first.toPrecision(4)}, the others' is ${usual.toPrecision(4)}`;
  return undefined;
}

const finite = (value: number | null): number | null => (Number.isFinite(value) ? value : null);
