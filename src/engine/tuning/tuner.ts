/**
 * Finds the fastest variant of the kernels of a step while it is being trained: bit by bit between two submits, within a
 * budget. A variant is compiled in the background, then checked against the default's result, and only then timed.
 *
 * A run gives it the uses that `recordUses` finds in its step, asks `wantsTurn` between two submits, takes a turn by
 * `advance`, records the step anew where that says so, and at its end follows nothing: see tuned-step.ts.
 * One turn takes as long as a few runs of one kernel, on adapters that compile at the first dispatch also as long as that.
 */
import type * as tf from '../tf.ts';
import { Budget, type TrainingProgress } from './budget.ts';
import { operandBytes, Trial, Unfit } from './trial.ts';
import { idle } from './stopwatch.ts';
import { choiceFor, choose, forgetChoices, reject, type Choice, type CountedUse } from './tunable.ts';
import { adapterKey, bounded, type TuningStore, type Winner } from './winners.ts';

/** Rounds of timing, the fastest of which counts. Only candidates that are about as fast as the best need them all. */
const rounds = 5;
const lost = { after: 2, ratio: 1.1 };
const won = { after: 3, ratio: 0.85 };

/** A winner takes at most this much of the time of the best before it: less would be noise. */
const winningRatio = 0.95;

/** Operands beyond this are not worth the memory. */
const mostOperandBytes = 256 * 2 ** 20;

/** Recording anew costs as much as a slow step: winners that save less of a step than this wait for others. */
const worthRecording = 0.05;

/** Storage that takes longer than this to answer counts as empty. */
const patienceMilliseconds = 2000;

export interface TunerOptions {
  /** Where winners are kept; without it they last as long as the page. */
  readonly store?: TuningStore;
  /**
   * Takes variants whose results differ in the last bits, too. Without them a run gives the same curves, bit for bit,
   * whatever was tuned before it and within it.
   */
  readonly mayRound?: boolean;
  /** Milliseconds, for tests. */
  readonly now?: () => number;
}

/** Something that goes on in the background, which the next turn waits for. */
interface Pause {
  readonly until: Promise<unknown>;
}
type Search = AsyncGenerator<Pause | undefined, void>;

/** How a search goes: what it found so far. */
interface Best {
  variant: object;
  /** Milliseconds of one run; undefined before it is measured. */
  milliseconds: number | undefined;
}

export class Tuner {
  readonly #backend: tf.WebGPUBackend;
  readonly #adapter: string;
  readonly #store: TuningStore | undefined;
  readonly #now: () => number;
  readonly #mayRound: boolean;
  readonly #budget = new Budget();
  readonly #winners: Map<string, Winner>;
  /** Uses that were searched to the end, or cannot be. */
  readonly #done = new Set<string>();
  #uses: readonly CountedUse[] = [];
  #progress: TrainingProgress = { seconds: 0, stepSeconds: Number.NaN, stepsLeft: 0 };
  #search: { readonly use: CountedUse; readonly steps: Search } | undefined;
  #isWaiting = false;
  /** Milliseconds per step that winners save which the recorded step does not use yet. */
  #unrecorded = 0;

  private constructor(
    backend: tf.WebGPUBackend,
    kept: Readonly<Record<string, unknown>>,
    options: TunerOptions,
  ) {
    this.#backend = backend;
    this.#adapter = adapterKey(backend.device);
    this.#store = options.store;
    this.#mayRound = options.mayRound ?? false;
    this.#now = options.now ?? (() => performance.now());
    const winners = new Map(Object.entries(kept));
    forgetChoices((key) => winners.get(key));
    // Unbelieved until a kernel asks and finds one of its candidates; kept all the same, for other networks.
    this.#winners = winners as Map<string, Winner>;
  }

  /** A tuner for an open device, with what was found in earlier sessions. Never rejects because of the store. */
  static async open(backend: tf.WebGPUBackend, options: TunerOptions = {}): Promise<Tuner> {
    const { store } = options;
    if (!store) return new Tuner(backend, {}, options);
    const late = new Promise<Record<string, unknown>>((resolve) => {
      setTimeout(() => resolve({}), patienceMilliseconds);
    });
    const loading = store.load(adapterKey(backend.device)).catch(() => ({}));
    return new Tuner(backend, await Promise.race([loading, late]), options);
  }

  /** Works on the kernels of this step from now on, and no longer on those of another. */
  follow(uses: readonly CountedUse[]): void {
    if (uses === this.#uses) return;
    this.#uses = uses;
    this.#unrecorded = 0;
    if (this.#search && !uses.some(({ key }) => key === this.#search?.use.key)) void this.#abandon();
  }

  /** A candidate is being compiled: there is no turn before it is. */
  get isCompiling(): boolean {
    return this.#isWaiting;
  }

  /** Whether a turn is worth its while and within the budget. Cheap: ask as often as you like. */
  wantsTurn(progress: TrainingProgress): boolean {
    this.#budget.update(progress);
    this.#progress = progress;
    if (this.#isWaiting || this.#budget.isExhausted) return false;
    return this.#search !== undefined || this.#next() !== undefined || this.#isWorthRecording();
  }

  /**
   * Takes one turn, once the step's own work is done. Never rejects: what goes wrong is told in the details.
   * @returns whether the step should be recorded anew, for faster kernels
   */
  async advance(): Promise<boolean> {
    await idle(this.#backend).catch(() => undefined); // what is still on its way is training's time
    const start = this.#now();
    const use = this.#search?.use ?? this.#next();
    if (use) {
      this.#search ??= { use, steps: this.#searchOn(use) };
      await this.#step(this.#search);
    }
    this.#budget.spend((this.#now() - start) / 1000);
    if (!this.#isWorthRecording()) return false;
    this.#unrecorded = 0;
    return true;
  }

  /**
   * Searches all variants of these uses to the end, the largest first, without a budget. Rejects when the signal aborts.
   * @returns whether anything is faster now
   */
  async tuneAll(uses: readonly CountedUse[], { signal }: { signal?: AbortSignal } = {}): Promise<boolean> {
    await this.#abandon();
    let saved = 0;
    for (const use of uses.toSorted((a, b) => flopsOf(b) - flopsOf(a))) {
      if (!this.#isOpen(use)) continue;
      this.#unrecorded = 0;
      for await (const pause of this.#searchFor(use, () => true)) {
        signal?.throwIfAborted();
        await pause?.until;
      }
      saved += this.#unrecorded;
    }
    this.#unrecorded = 0;
    return saved > 0;
  }

  /** Forgets what was measured, here and in the store, and starts again. Never rejects because of the store. */
  async forget(): Promise<void> {
    await this.#abandon();
    this.#winners.clear();
    this.#done.clear();
    forgetChoices();
    this.#unrecorded = Number.POSITIVE_INFINITY;
    await this.#store?.clear().catch(() => undefined);
  }

  /**
   * A kernel did not compile: forgets what earlier sessions found, if anything, which is the likely cause.
   * @returns whether there was something to forget, so that another attempt may go better
   */
  async distrust(): Promise<boolean> {
    if (this.#winners.size === 0) return false;
    await this.forget();
    return true;
  }

  /** Gives back what it holds on the device. */
  dispose(): void {
    this.follow([]);
  }

  /** The kernel with the largest share of the step among those that may gain, then those that are only remembered. */
  #next(): CountedUse | undefined {
    const open = this.#uses.filter((use) => this.#isOpen(use) && this.#mayPayBack(use));
    const [largest] = open.toSorted((a, b) => this.#shareOf(b) - this.#shareOf(a));
    return largest ?? this.#uses.find((use) => this.#isOpen(use, ['remembered']));
  }

  /** Whether there is something to find out about a use whose choice is of one of these origins. */
  #isOpen(use: CountedUse, origins: readonly Choice['origin'][] = ['default', 'tuned']): boolean {
    if (this.#done.has(use.key) || operandBytes(use) > mostOperandBytes) return false;
    return origins.includes(choiceFor(use, use.key).origin);
  }

  #mayPayBack(use: CountedUse): boolean {
    return this.#budget.paysBack(this.#shareOf(use), use.machine.software, this.#progress);
  }

  /** Of the operations that tunable kernels do in one step. */
  #shareOf(use: CountedUse): number {
    return flopsOf(use) / this.#uses.reduce((sum, each) => sum + flopsOf(each), 0);
  }

  #isWorthRecording(): boolean {
    if (this.#unrecorded === 0) return false;
    const isLast = !this.#search && !this.#next();
    return isLast || this.#unrecorded / 1000 > worthRecording * this.#progress.stepSeconds;
  }

  /** One step of a search. */
  async #step(search: { readonly use: CountedUse; readonly steps: Search }): Promise<void> {
    const { done, value: pause } = await search.steps.next().catch(() => {
      this.#done.add(search.use.key); // not to be tried again and again
      return { done: true, value: undefined };
    });
    // Whoever forgot or followed another step meanwhile has another search.
    if (this.#search !== search) return;
    if (done) this.#search = undefined;
    if (pause) void this.#wait(pause);
  }

  /** What goes on in the background takes from the same machine: it counts. */
  async #wait({ until }: Pause): Promise<void> {
    const start = this.#now();
    this.#isWaiting = true;
    await until;
    this.#isWaiting = false;
    this.#budget.spend((this.#now() - start) / 1000);
  }

  /** Ends a search, which gives its storage back, as soon as its step at hand is done. */
  async #abandon(): Promise<void> {
    const search = this.#search;
    this.#search = undefined;
    await search?.steps.return();
  }

  #searchOn(use: CountedUse): Search {
    const { variant, origin } = choiceFor(use, use.key);
    if (origin === 'remembered') return this.#confirm(use, variant);
    return this.#searchFor(use, () => this.#mayPayBack(use));
  }

  /** Checks what an earlier session found: a driver or a browser may be another since. */
  async *#confirm(use: CountedUse, remembered: object): Search {
    const [first] = use.tunable.candidates(use.problem, use.machine);
    this.#done.add(use.key);
    if (!first || first === remembered) return;
    const trial = new Trial(this.#backend, use, this.#mayRound);
    try {
      if (!(yield* this.#try(use, first, this.#prepare(trial, first)))) return;
      if (yield* this.#try(use, remembered, this.#prepare(trial, remembered))) return;
      choose(use.key, { variant: first, origin: 'default' });
      this.#unrecorded = Number.POSITIVE_INFINITY;
      this.#winners.delete(use.key);
      this.#save();
    } finally {
      trial.dispose();
    }
  }

  /**
   * Tries the candidates of a use one by one. Faster ones are used at once; the fastest is remembered when all were
   * tried. Ends before that where another one would not pay.
   */
  async *#searchFor(use: CountedUse, mayGoOn: () => boolean): Search {
    const [first, ...others] = use.tunable.candidates(use.problem, use.machine);
    if (!first) return;
    const trial = new Trial(this.#backend, use, this.#mayRound);
    const best: Best = { variant: first, milliseconds: undefined };
    try {
      const isRight = yield* this.#try(use, first, this.#prepare(trial, first));
      for (const variant of isRight ? others : []) {
        if (!mayGoOn()) return;
        const { spent } = this.#budget;
        if (yield* this.#try(use, variant, this.#prepare(trial, variant)))
          yield* this.#try(use, variant, this.#race(trial, use, best, variant));
        this.#budget.learn(this.#budget.spent - spent);
      }
      this.#done.add(use.key);
      if (isRight) this.#keep(use.key, best);
    } finally {
      trial.dispose();
    }
  }

  /** Takes a variant through some work, and notes where it is unfit. Returns whether it is fit. */
  async *#try(use: CountedUse, variant: object, work: Search): AsyncGenerator<Pause | undefined, boolean> {
    try {
      yield* work;
      return true;
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      reject(use.key, `${use.tunable.describeVariant(variant)}: ${error.message}`);
      return false;
    }
  }

  /** Compiles and checks a candidate. Throws where it is out. */
  async *#prepare(trial: Trial, variant: object): Search {
    const compiling = trial.compile(variant);
    yield { until: compiling.catch(() => undefined) };
    await compiling;
    await trial.check(variant);
    yield undefined;
  }

  /** Times a candidate against the best so far, in turns. Throws where it is out for another reason than speed. */
  async *#race(trial: Trial, use: CountedUse, best: Best, variant: object): Search {
    const champion = await contender(trial, best.variant);
    const challenger = await contender(trial, variant);
    const ratio = () => challenger.fastest / champion.fastest;
    for (let round = 1; round <= rounds; round++) {
      for (const each of [champion, challenger]) {
        each.fastest = Math.min(each.fastest, await trial.time(each.variant, each.estimate));
      }
      yield undefined;
      if (round >= lost.after && ratio() > lost.ratio) break;
      if (round >= won.after && ratio() < won.ratio) break;
    }
    best.milliseconds = champion.fastest;
    if (!(ratio() < winningRatio)) return;
    await trial.check(variant); // once more, for those that are right only now and then
    this.#crown(use, best, { variant, milliseconds: challenger.fastest });
  }

  /** Uses a faster variant from the next recording on. */
  #crown(use: CountedUse, best: Best, winner: Best): void {
    const { variant, milliseconds = 0 } = winner;
    this.#unrecorded += ((best.milliseconds ?? milliseconds) - milliseconds) * use.count;
    Object.assign(best, winner);
    choose(use.key, { variant, origin: 'tuned', milliseconds });
  }

  /** All were tried: what is the best now is to be remembered, the default included. */
  #keep(key: string, { variant, milliseconds }: Best): void {
    const winner = { variant, ...(milliseconds === undefined ? {} : { milliseconds }) };
    choose(key, { ...winner, origin: 'tuned' });
    this.#winners.delete(key); // the latest last
    this.#winners.set(key, winner);
    this.#save();
  }

  #save(): void {
    void this.#store?.save(this.#adapter, bounded(this.#winners)).catch(() => undefined);
  }
}

/** Of one step. */
function flopsOf({ tunable, problem, count }: CountedUse): number {
  return tunable.flops(problem) * count;
}

/** A variant in a race. Its first run only tells how many of them a round needs. */
async function contender(trial: Trial, variant: object) {
  return { variant, estimate: await trial.time(variant), fastest: Number.POSITIVE_INFINITY };
}
