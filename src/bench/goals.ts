/** The goals that Trunkline has set itself, as ratios within one run, and whether a report meets them. */
import type { ContenderId } from './contenders/index.ts';
import type { NetworkId } from './networks.ts';
import type { Report } from './results.ts';

export interface Verdict {
  /** What is compared, in words. */
  readonly goal: string;
  readonly measured: number;
  readonly wanted: number;
  /** What both are in: `×` for ratios. */
  readonly unit: '×' | 'ms';
  /** Whether more is better. */
  readonly isAtLeast: boolean;
  readonly isMet: boolean;
}

/** Our step must be `least` times as fast as the rival's; below 1, it may be slower. */
interface RatioGoal {
  readonly network: NetworkId;
  readonly rival: 'tfjs' | 'jax-js' | 'pytorch';
  readonly least: number;
}

interface GoalSet {
  readonly ratios: readonly RatioGoal[];
  readonly coldStartMs: number;
  readonly warmStartMs: number;
}

/** Stock tfjs is the faster of its two ways to train. */
const entries: Record<RatioGoal['rival'], readonly ContenderId[]> = {
  tfjs: ['tfjs', 'tfjs-fit'],
  'jax-js': ['jax-js'],
  pytorch: ['pytorch'],
};

const ratio = (network: NetworkId, rival: RatioGoal['rival'], least: number) => ({ network, rival, least });

const lavapipe: GoalSet = {
  ratios: [
    ratio('lenet', 'tfjs', 12),
    ratio('lenet', 'jax-js', 4),
    ratio('lenet', 'pytorch', 1 / 1.5),
    ratio('vgg-small', 'tfjs', 10),
    ratio('vgg-small', 'jax-js', 5),
    ratio('vgg-small', 'pytorch', 1 / 3),
  ],
  coldStartMs: 8000,
  warmStartMs: 3000,
};
const swiftshader: GoalSet = {
  ratios: [
    ratio('lenet', 'tfjs', 30),
    ratio('lenet', 'jax-js', 3),
    ratio('vgg-small', 'tfjs', 12),
    ratio('vgg-small', 'jax-js', 3),
  ],
  coldStartMs: 8000,
  warmStartMs: 3000,
};
/** PyTorch is CUDA's there. */
const hardware: GoalSet = {
  ratios: [
    ratio('lenet', 'tfjs', 10),
    ratio('lenet', 'jax-js', 3),
    ratio('lenet', 'pytorch', 1),
    ratio('resnet-9', 'tfjs', 5),
    ratio('resnet-9', 'jax-js', 2),
    ratio('resnet-9', 'pytorch', 1 / 2),
  ],
  coldStartMs: 1500,
  warmStartMs: 1500,
};
const scriptMs = 1;
/** In times of a step under equal weights, wherever it runs. */
const methodGoal = { tasks: 5, ratio: 1.3 };

function goalsFor({ adapter, isSoftware }: Pick<Report, 'adapter' | 'isSoftware'>): GoalSet {
  if (!isSoftware) return hardware;
  return /llvmpipe|lavapipe/i.test(adapter) ? lavapipe : swiftshader;
}

/** A verdict for every goal of the adapter that the report has figures for. */
export function judge(report: Report): Verdict[] {
  const goals = goalsFor(report);
  const verdicts = goals.ratios.flatMap((goal) => judgeRatio(goal, report) ?? []);
  for (const { network, jsMsPerStep } of report.results.filter(({ contender }) => contender === 'trunkline'))
    if (jsMsPerStep !== null) verdicts.push(atMost(`JavaScript per step, ${network}`, jsMsPerStep, scriptMs));
  verdicts.push(...judgeMethods(report));
  const { start, page } = report;
  if (start?.network === 'lenet') {
    verdicts.push(atMost('Train to first metrics, cold', start.coldMs, goals.coldStartMs));
    verdicts.push(atMost('Train to first metrics, warm', start.warmMs, goals.warmStartMs));
  }
  if (page) {
    verdicts.push(atMost('Train to first point in the page, cold', page.coldFirstPointMs, goals.coldStartMs));
    verdicts.push(atMost('Train to first point in the page, warm', page.warmFirstPointMs, goals.warmStartMs));
  }
  return verdicts;
}

function judgeRatio({ network, rival, least }: RatioGoal, { results }: Report): Verdict | undefined {
  const timeOf = (contender: ContenderId) =>
    results.find((result) => result.network === network && result.contender === contender)?.msPerStep;
  const ours = timeOf('trunkline');
  const theirs = entries[rival].flatMap((contender) => timeOf(contender) ?? []);
  if (ours === undefined || theirs.length === 0) return undefined;
  const measured = Math.min(...theirs) / ours;
  const goal = `${network}, speed against ${rival}`;
  return { goal, measured, wanted: least, unit: '×', isAtLeast: true, isMet: measured >= least };
}

/** The dearest method that looks at the Gramian by the representation, on each network. */
function judgeMethods({ methods = [] }: Report): Verdict[] {
  const { tasks, ratio: most } = methodGoal;
  const judged = methods.filter(
    (result) => result.tasks === tasks && result.needs === 'gramian' && result.gradients === 'representation',
  );
  return Array.from(new Set(judged.map(({ network }) => network)), (network) => {
    const here = judged.filter((result) => result.network === network);
    const [dearest] = here.toSorted((a, b) => b.ratio - a.ratio);
    const { kind, ratio: measured } = dearest ?? { kind: '', ratio: Number.NaN };
    const goal = `${network}, ${tasks} tasks, dearest method by the Gramian (${kind}), against equal weights`;
    return { goal, measured, wanted: most, unit: '×', isAtLeast: false, isMet: measured <= most };
  });
}

function atMost(goal: string, measured: number, wanted: number): Verdict {
  return { goal, measured, wanted, unit: 'ms', isAtLeast: false, isMet: measured <= wanted };
}
