/**
 * How the bench measures: every contender trains the same network from the same weights on the same batch, by turns. It runs in
 * Node, whatever the contenders run in: a host opens them.
 */
import { contenders, type ContenderId } from './contenders/index.ts';
import { measureMethods, type MeasuredMethods } from './measure-methods.ts';
import { networks, type NetworkId } from './networks.ts';
import { networksFor, type Options } from './options.ts';
import { problemOf, stepFlops } from './problem.ts';
import type { Endpoint, Peak, Prepared, Round } from './protocol.ts';
import {
  resultOf,
  type Failure,
  type Measured,
  type Report,
  type Result,
  type StartTimes,
} from './results.ts';

/** Where contenders run. */
export interface Host {
  readonly name: Report['host'];
  /** Opens a process or worker for one of them; `cache` names a place of its own for what gets compiled. */
  open(cache?: string): Promise<Endpoint>;
  /** Opens Python's; undefined where it has no PyTorch. */
  openPytorch(network: NetworkId, mayUseCuda: boolean): Endpoint | undefined;
  readonly versions: Readonly<Record<string, string>>;
}

export interface Listener {
  /** A line on what is going on. */
  say(line: string): void;
  /** A network is done; the report holds all so far. */
  done(network: NetworkId, report: Report): void;
  /** The report holds more than before. */
  more(report: Report): void;
}

/** A round should take about so long, in milliseconds: many steps of a fast contender, one of a slow one. */
const roundMilliseconds = 1500;
const mostSteps = 2000;

/** Measures all that the options ask for. */
export async function measure(host: Host, options: Options, listener: Listener): Promise<Report> {
  const adapter = await host.open();
  const peaks: Peak[] = [await adapter.ask({ kind: 'peak' })];
  const [{ adapter: name, isSoftware }] = peaks as [Peak];
  if (isSoftware && options.adapter === 'hardware') throw new Error(`There is no GPU here, only ${name}.`);
  listener.say(`${host.name}, ${name}`);
  const results: Result[] = [];
  const failures: Failure[] = [];
  let methods: Partial<MeasuredMethods> = {};
  let start: StartTimes | null = null;
  const report = (): Report => ({
    date: new Date().toISOString(),
    host: host.name,
    adapter: name,
    isSoftware,
    versions: host.versions,
    peak: {
      gflops: Math.max(...peaks.map(({ gflops }) => gflops)),
      gigabytesPerSecond: Math.max(...peaks.map(({ gigabytesPerSecond }) => gigabytesPerSecond)),
    },
    results: results.slice(),
    failures: failures.slice(),
    ...methods,
    start,
  });
  const steps = options.parts.includes('steps') ? networksFor(options, isSoftware) : [];
  for (const network of steps) {
    const meeting = new Meeting({ host, options, listener, network, isSoftware });
    const measured = await meeting.hold(async () => void peaks.push(await adapter.ask({ kind: 'peak' })));
    failures.push(...meeting.failures);
    results.push(...resultsOf(network, measured, report().peak.gflops));
    listener.done(network, report());
  }
  await adapter.close();
  if (options.parts.includes('methods')) {
    methods = await measureMethods(host, options, listener, (soFar) => {
      methods = soFar;
      listener.more(report());
    });
  }
  if (options.parts.includes('start')) {
    start = await measureStart(host, options.networks[0] ?? 'lenet', listener);
  }
  return report();
}

function resultsOf(network: NetworkId, measured: readonly Measured[], peakGflops: number): Result[] {
  const context = {
    batchSize: networks[network].batchSize,
    flops: stepFlops(problemOf(network)),
    peakGflops,
    firstLosses: measured.map(({ prepared }) => prepared.firstLoss),
  };
  return measured.map((each) => resultOf(each, context));
}

/** Train to first metrics in a fresh process, with nothing compiled, and in another with what that left behind. */
async function measureStart(host: Host, network: NetworkId, listener: Listener): Promise<StartTimes> {
  const cache = `start-${Date.now()}`;
  const times: number[] = [];
  for (const state of ['cold', 'warm']) {
    const endpoint = await host.open(cache);
    try {
      const { milliseconds } = await endpoint.ask({ kind: 'first-metric', contender: 'trunkline', network });
      times.push(milliseconds);
      listener.say(`Train to first metrics, ${network}, ${state}: ${Math.round(milliseconds)} ms`);
    } finally {
      await endpoint.close();
    }
  }
  const [coldMs = Number.NaN, warmMs = Number.NaN] = times;
  return { network, coldMs, warmMs };
}

interface Setting {
  readonly host: Host;
  readonly options: Options;
  readonly listener: Listener;
  readonly network: NetworkId;
  readonly isSoftware: boolean;
}

/** A contender at work. */
interface Seat {
  readonly contender: ContenderId;
  readonly endpoint: Endpoint;
  readonly prepared: Prepared;
  readonly rounds: number;
  readonly notes: string[];
  readonly done: Round[];
}

/** All contenders on one network. */
class Meeting {
  readonly #setting: Setting;
  readonly failures: Failure[] = [];

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  /** @param between is awaited once per round of all */
  async hold(between: () => Promise<void>): Promise<Measured[]> {
    const { options, network, listener } = this.#setting;
    const seats: Seat[] = [];
    try {
      for (const contender of options.contenders) {
        const seat = await this.#try(contender, () => this.#seat(contender));
        if (seat) seats.push(seat);
      }
      for (let round = 0; round < options.rounds; round++) {
        listener.say(`${network}: round ${round + 1} of ${options.rounds}`);
        await between();
        for (const seat of seats) {
          if (round >= seat.rounds) continue;
          const { endpoint, contender, done } = seat;
          const steps = stepsIn(done.at(-1)?.milliseconds ?? seat.prepared.stepMilliseconds);
          const measured = await this.#try(contender, () => endpoint.ask({ kind: 'round', steps }));
          if (measured) done.push(measured);
        }
      }
    } finally {
      await Promise.all(seats.map(({ endpoint }) => endpoint.close()));
    }
    return seats
      .filter(({ done }) => done.length > 0)
      .map(({ contender, prepared, done, notes }) => ({ network, contender, prepared, rounds: done, notes }));
  }

  async #seat(contender: ContenderId): Promise<Seat> {
    const { options, network, listener } = this.#setting;
    const endpoint = await this.#open(contender);
    try {
      const prepared = await endpoint.ask({ kind: 'prepare', contender, network, tuneSeconds: options.tune });
      const { stepMilliseconds } = prepared;
      listener.say(
        `${network}: ${contenders[contender].name}, about ${stepMilliseconds.toFixed(1)} ms a step`,
      );
      const affordable = Math.floor((1000 * options.budget) / (stepsIn(stepMilliseconds) * stepMilliseconds));
      const rounds = Math.max(1, Math.min(options.rounds, affordable));
      const notes =
        rounds < options.rounds
          ? [`${rounds} of ${options.rounds} rounds: slow (--budget ${options.budget} s)`]
          : [];
      return { contender, endpoint, prepared, rounds, notes, done: [] };
    } catch (error) {
      await endpoint.close();
      throw error;
    }
  }

  async #open(contender: ContenderId): Promise<Endpoint> {
    const { host, network, isSoftware } = this.#setting;
    if (contender !== 'pytorch') return host.open();
    const endpoint = host.openPytorch(network, !isSoftware);
    if (!endpoint) throw new Error('No Python here has torch; TRUNKLINE_PYTHON may name one.');
    return endpoint;
  }

  /** Undefined, and a failure noted, where a contender cannot. */
  async #try<Outcome>(contender: ContenderId, work: () => Promise<Outcome>): Promise<Outcome | undefined> {
    const { network, listener } = this.#setting;
    try {
      return await work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      listener.say(`${network}: ${contenders[contender].name} failed: ${reason}`);
      this.failures.push({ network, contender, reason });
      return undefined;
    }
  }
}

/** Steps that a round needs of a contender that takes so many milliseconds for one. */
function stepsIn(milliseconds: number): number {
  return Math.max(1, Math.min(mostSteps, Math.round(roundMilliseconds / milliseconds)));
}
