/** A kernel to tune that can be right, wrong, slow or broken at will. Not for the app. */
import { dispatch, emptyTensor } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';
import type { Tunable } from './tunable.ts';
import type { TuningStore, Winner } from './winners.ts';

/** Rows of numbers to be added up. */
export type Rows = { rows: number; width: number };

/** `laps`: how often each row is added up, the last time for real. `reversed`: from its end, which rounds otherwise. */
export type RowSum = { kind: 'right' | 'reversed' | 'wrong' | 'idle' | 'nan' | 'broken'; laps: number };

const outcomes: Record<RowSum['kind'], string> = {
  right: 'y[i] = sum;',
  reversed: 'y[i] = sum;',
  wrong: 'y[i] = sum + x[i];',
  idle: 'if (sum > 1e9) { y[i] = sum; }',
  nan: 'y[i] = (sum - sum) / (sum - sum);',
  broken: 'y[i] = sum + nobody;',
};

/** All laps but the last go through the row in another order, so that no compiler takes them for one. */
function sumCode({ rows, width, kind, laps }: Rows & RowSum): string {
  const place = kind === 'reversed' ? `(${width - 1}u - k)` : 'k';
  return flatMain(
    `${rows}u`,
    `var sum = 0f;
    for (var left = ${laps}u; left > 0u; left--) {
      sum = 0f;
      for (var k = 0u; k < ${width}u; k++) { sum += x[i * ${width}u + (${place} ^ min(left - 1u, 1u))]; }
    }
    ${outcomes[kind]}`,
  );
}

/** Sums of rows, one thread each, by whichever of these variants. */
export function rowSums(name: string, variants: readonly RowSum[]): Tunable<Rows, RowSum> {
  return {
    name,
    candidates: () => variants,
    describe: ({ rows, width }) => `${rows} rows of ${width}`,
    describeVariant: ({ kind, laps }) => `${kind}, ${laps} laps`,
    flops: ({ rows, width }) => rows * width,
    operands: ({ rows, width }) => [[rows, width]],
    run(backend, problem, variant, [x]) {
      if (!x) throw new Error('rowSums: needs x');
      const y = emptyTensor(backend, [problem.rows], 'float32');
      dispatch(backend, {
        name,
        parameters: { ...problem, ...variant },
        code: sumCode,
        buffers: [
          { name: 'x', element: 'f32', tensor: x, access: 'read' },
          { name: 'y', element: 'f32', tensor: y, access: 'update' },
        ],
        workgroups: flatGrid(problem.rows),
      });
      return y;
    },
  };
}

/** A store that forgets with the test, and counts. */
export class MemoryStore implements TuningStore {
  readonly kept = new Map<string, Record<string, unknown>>();
  saves = 0;

  load(adapter: string): Promise<Record<string, unknown>> {
    return Promise.resolve({ ...this.kept.get(adapter) });
  }

  save(adapter: string, winners: Readonly<Record<string, Winner>>): Promise<void> {
    this.saves++;
    this.kept.set(adapter, structuredClone(winners));
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.kept.clear();
    return Promise.resolve();
  }
}
