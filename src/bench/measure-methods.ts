/** The part of the bench that tells what a step costs under each multi-task method, against equal weights. */
import { strategyOf } from '#strategies/index.ts';
import { median } from './arithmetic.ts';
import type { Host, Listener } from './measure.ts';
import { choicesOf, type MethodChoice } from './methods.ts';
import type { NetworkId } from './networks.ts';
import { networksForMethods, type Options } from './options.ts';
import type { Endpoint, MethodTurns } from './protocol.ts';
import type { MethodFailure, MethodResult } from './results.ts';

/** One row's place in the tables. */
interface Place {
  readonly network: NetworkId;
  readonly tasks: number;
  readonly method: MethodChoice;
}

export interface MeasuredMethods {
  readonly methods: readonly MethodResult[];
  readonly methodFailures: readonly MethodFailure[];
}

/** @param done is called with all so far, once for every network and number of tasks */
export async function measureMethods(
  host: Host,
  options: Options,
  { say }: Pick<Listener, 'say'>,
  done: (so: MeasuredMethods) => void,
): Promise<MeasuredMethods> {
  const methods: MethodResult[] = [];
  const methodFailures: MethodFailure[] = [];
  for (const network of networksForMethods(options))
    for (const tasks of options.tasks) {
      let endpoint: Endpoint | undefined;
      for (const method of choicesOf(options)) {
        const place = { network, tasks, method };
        try {
          endpoint ??= await host.open();
          const { methodRounds: rounds, tuneMethods: tuneSeconds } = options;
          const turns = await endpoint.ask({ kind: 'method', ...place, rounds, tuneSeconds });
          const result = methodResultOf(place, turns);
          methods.push(result);
          say(`${inWords(place)}: ${result.ratio.toFixed(2)} × ${result.equalMs.toFixed(1)} ms`);
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          methodFailures.push({ network, tasks, ...method, reason });
          say(`${inWords(place)} failed: ${reason}`);
          await endpoint?.close();
          endpoint = undefined; // whatever it was must not reach the next
        }
      }
      await endpoint?.close();
      done({ methods, methodFailures });
    }
  return { methods, methodFailures };
}

function inWords({ network, tasks, method }: Place): string {
  const by = method.gradients === 'parameters' ? ' by parameters' : '';
  return `${network}, ${tasks} tasks, ${method.kind}${by}`;
}

/**
 * A turn is short, so that many methods are measured in minutes; whatever else the machine does makes it longer, never
 * shorter. That is why the shortest turns are compared.
 */
export function methodResultOf({ network, tasks, method }: Place, turns: MethodTurns): MethodResult {
  const times = (of: MethodTurns['equal']) => of.map(({ milliseconds }) => milliseconds);
  const [equal, own] = [times(turns.equal), times(turns.method)];
  const [equalMs, ms] = [Math.min(...equal), Math.min(...own)];
  const { lastLoss, engine, equalEngine } = turns;
  return {
    network,
    tasks,
    ...method,
    needs: strategyOf(method.kind).needs,
    rounds: own.length,
    equalMs,
    ms,
    ratio: ms / equalMs,
    medianRatio: median(own) / median(equal),
    isSane: Number.isFinite(lastLoss) && engine.mode === equalEngine.mode,
    engine,
    equalEngine,
  };
}
