import { beforeEach, expect, test } from 'vitest';
import { onDeviceError, openDevice } from '../device.ts';
import { machineOf, type Machine } from '../kernels/tiles.ts';
import * as tf from '../tf.ts';
import { webgpuBackend } from '../webgpu/dispatch.ts';
import { IndexedDbStore } from './indexed-db-store.ts';
import { MemoryStore, rowSums, type RowSum } from './testing.ts';
import { choiceFor, recordUses, rejectedFor, variantFor, type CountedUse, type Tunable } from './tunable.ts';
import { Tuner, type TunerOptions } from './tuner.ts';
import type { TuningStore } from './winners.ts';

const problem = { rows: 4096, width: 64 };
const slow: RowSum = { kind: 'right', laps: 30 };
const slower: RowSum = { kind: 'right', laps: 90 };
const fast: RowSum = { kind: 'right', laps: 1 };
const wrong: RowSum = { kind: 'wrong', laps: 0 };
const broken: RowSum = { kind: 'broken', laps: 1 };
const plenty = { seconds: 1000, stepSeconds: 10, stepsLeft: 1000 };

let names = 0;
let backend: tf.WebGPUBackend;
let machine: Machine;
const errors: string[] = [];

beforeEach(async () => {
  await openDevice();
  const opened = webgpuBackend();
  if (!opened) throw new Error('needs WebGPU');
  backend = opened;
  machine = machineOf(backend.device);
  errors.length = 0;
  onDeviceError((message) => errors.push(message));
});

/** A kernel of a name of its own, as two of its kind may not share pipelines. */
const kernel = (variants: readonly RowSum[]) => rowSums(`test-rows-${names++}`, variants);

function recorded(tunable: Tunable<typeof problem, RowSum>, count = 1): CountedUse[] {
  const { uses } = recordUses(() => {
    for (let i = 0; i < count; i++) variantFor(tunable, problem, machine);
  });
  return [...uses];
}

const variantOf = (tunable: Tunable<typeof problem, RowSum>) => variantFor(tunable, problem, machine);

async function tuned(variants: readonly RowSum[], options: TunerOptions = {}) {
  const tuner = await Tuner.open(backend, options);
  const tunable = kernel(variants);
  const [use] = recorded(tunable);
  if (!use) throw new Error('no use was recorded');
  const isFaster = await tuner.tuneAll([use]);
  return { tuner, tunable, use, isFaster, choice: choiceFor(use), rejected: rejectedFor(use.key) };
}

/** Turns until none is wanted any more, waiting for what compiles meanwhile. Returns after which to record anew. */
async function turns(tuner: Tuner, progress = plenty): Promise<boolean[]> {
  const answers: boolean[] = [];
  for (let tries = 0; tries < 200; tries++) {
    if (tuner.wantsTurn(progress)) answers.push(await tuner.advance());
    else if (!tuner.isCompiling) break;
    else await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return answers;
}

test('finds the fastest variant that is right, and never one that is wrong or does not compile', async () => {
  const { isFaster, choice, rejected, use } = await tuned([slow, wrong, broken, slower, fast]);
  expect(choice.variant).toEqual(fast);
  expect(choice.origin).toBe('tuned');
  expect(choice.milliseconds).toBeGreaterThan(0);
  expect(isFaster).toBe(true);
  expect(rejected).toHaveLength(2);
  expect(rejected[0]).toMatch(/^wrong, 0 laps: is off by/);
  expect(rejected[1]).toMatch(/^broken, 1 laps: .*nobody/s);
  expect(variantFor(use.tunable, use.problem, machine)).toEqual(fast);
  expect(errors).toEqual([]);
});

test.each(['wrong', 'idle', 'nan'] as const)(
  'keeps the default where the fast variant is %s',
  async (kind) => {
    const { isFaster, choice, rejected } = await tuned([slow, { kind, laps: 1 }]);
    expect(choice.variant).toEqual(slow);
    expect(isFaster).toBe(false);
    expect(rejected).toHaveLength(1);
  },
);

test('takes what rounds otherwise only where the curves may change', async () => {
  const reversed: RowSum = { kind: 'reversed', laps: 1 };
  const strict = await tuned([slow, reversed]);
  expect(strict.choice.variant).toEqual(slow);
  expect(strict.rejected).toEqual(['reversed, 1 laps: rounds otherwise, which would change the curves']);
  const free = await tuned([slow, reversed], { mayRound: true });
  expect(free.choice.variant).toEqual(reversed);
  expect(free.rejected).toEqual([]);
});

test('leaves a kernel alone whose default is not even a number', async () => {
  const { choice, rejected } = await tuned([{ kind: 'nan', laps: 1 }, fast]);
  expect(choice).toMatchObject({ variant: { kind: 'nan' }, origin: 'default' });
  expect(rejected).toEqual(['nan, 1 laps: gives what is not a number']);
});

test('keeps the default where the others are slower', async () => {
  const { isFaster, choice } = await tuned([fast, slow, slower]);
  expect(choice).toMatchObject({ variant: fast, origin: 'tuned' });
  expect(isFaster).toBe(false);
});

test('gives back all storage that trials took', async () => {
  await tuned([slow, fast, wrong]);
  const before = { ...backend.memory(), ids: backend.numDataIds(), tensors: tf.memory().numTensors };
  await tuned([slow, fast, wrong, slower]);
  expect({ ...backend.memory(), ids: backend.numDataIds(), tensors: tf.memory().numTensors }).toEqual(before);
});

test('takes turns between steps, uses what is faster at once, and asks to record it', async () => {
  const tuner = await Tuner.open(backend);
  const tunable = kernel([slow, wrong, fast]);
  tuner.follow(recorded(tunable, 3));
  const answers = await turns(tuner);
  expect(answers.length).toBeGreaterThan(5);
  expect(answers.filter(Boolean)).toHaveLength(1);
  expect(variantOf(tunable)).toEqual(fast);
  const uses = recorded(tunable, 3);
  expect(uses).toMatchObject([{ count: 3, variant: fast }]);
  tuner.follow(uses);
  expect(tuner.wantsTurn(plenty)).toBe(false);
});

test('takes no turn before there is a budget, nor beyond it, nor where it cannot pay back', async () => {
  let now = 0;
  const tuner = await Tuner.open(backend, { now: () => (now += 100) }); // a turn seems to take 0.1 s
  tuner.follow(recorded(kernel([slow, fast, slower])));
  expect(tuner.wantsTurn({ ...plenty, seconds: 1 })).toBe(false);
  expect(tuner.wantsTurn({ ...plenty, seconds: 4, stepsLeft: 0 })).toBe(false);
  expect(tuner.wantsTurn({ ...plenty, seconds: 4, stepSeconds: Number.NaN })).toBe(false);
  const few = await turns(tuner, { ...plenty, seconds: 4 });
  expect(few.length).toBeLessThanOrEqual(9);
  expect(tuner.wantsTurn({ ...plenty, seconds: 4 })).toBe(false);
  const more = await turns(tuner, { ...plenty, seconds: 10 });
  expect(more.length).toBeGreaterThan(0);
  expect(few.length + more.length).toBeLessThanOrEqual(15);
  tuner.dispose();
});

test('starts with the largest share of the step, and lets go of a step that is gone', async () => {
  const tuner = await Tuner.open(backend);
  const [rare, frequent] = [kernel([slow, fast]), kernel([slow, fast])];
  tuner.follow([...recorded(rare, 1), ...recorded(frequent, 2)]);
  const quick = { seconds: 1000, stepSeconds: 1e-3, stepsLeft: 1e9 }; // so that one kernel is worth recording
  const answers: boolean[] = [];
  while (!answers.at(-1)) {
    if (tuner.wantsTurn(quick)) answers.push(await tuner.advance());
    else await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(variantOf(frequent)).toEqual(fast);
  expect(variantOf(rare)).toEqual(slow);
  tuner.follow([]);
  expect(tuner.wantsTurn(plenty)).toBe(false);
});

const stores: [string, () => TuningStore][] = [
  ['memory', () => new MemoryStore()],
  ['IndexedDB', () => new IndexedDbStore(`trunkline-test-${names++}`)],
];

test.each(stores)(
  'a second tuner remembers what the first kept in %s, until told to forget',
  async (_, make) => {
    const store = make();
    const { use } = await tuned([slow, fast], { store });
    const second = await Tuner.open(backend, { store });
    expect(choiceFor(use)).toMatchObject({ variant: fast, origin: 'remembered' });
    await second.forget();
    expect(choiceFor(use)).toMatchObject({ variant: slow, origin: 'default' });
    const third = await Tuner.open(backend, { store });
    expect(choiceFor(use)).toMatchObject({ variant: slow, origin: 'default' });
    third.dispose();
  },
);

test('checks what it remembers once more, and drops what is wrong by now', async () => {
  const store = new MemoryStore();
  const tunable = kernel([slow, wrong, fast]);
  const [use] = recorded(tunable);
  if (!use) throw new Error('no use was recorded');
  store.load = () => Promise.resolve({ [use.key]: { variant: wrong, milliseconds: 1 } });
  const tuner = await Tuner.open(backend, { store });
  expect(variantOf(tunable)).toEqual(wrong);
  tuner.follow(recorded(tunable));
  const answers = await turns(tuner);
  expect(answers.at(-1)).toBe(true);
  expect(choiceFor(use)).toEqual({ variant: slow, origin: 'default' });
  expect([...store.kept.values()]).toEqual([{}]);

  store.load = () => Promise.resolve({ [use.key]: { variant: fast, milliseconds: 1 } });
  const second = await Tuner.open(backend, { store });
  second.follow(recorded(tunable));
  expect((await turns(second)).some(Boolean)).toBe(false);
  expect(choiceFor(use)).toMatchObject({ variant: fast, origin: 'remembered' });
});

test('forgets what it remembers where a kernel does not compile', async () => {
  const store = new MemoryStore();
  const tunable = kernel([slow, broken]);
  const [use] = recorded(tunable);
  store.load = () => Promise.resolve({ [use?.key ?? '']: { variant: broken } });
  const tuner = await Tuner.open(backend, { store });
  expect(variantOf(tunable)).toEqual(broken);
  expect(await tuner.distrust()).toBe(true);
  expect(variantOf(tunable)).toEqual(slow);
  expect(await tuner.distrust()).toBe(false);
});

test('believes nothing that is kept but the name of a candidate', async () => {
  const tunable = kernel([slow, fast]);
  const key = recorded(tunable)[0]?.key ?? '';
  const nonsense = [
    { variant: wrong, milliseconds: 1 },
    { variant: { kind: 'right', laps: '1' } },
    { variant: null },
    'fast',
    17,
    null,
  ];
  for (const kept of nonsense) {
    const store: TuningStore = {
      load: () => Promise.resolve({ [key]: kept }),
      save: () => Promise.resolve(),
      clear: () => Promise.resolve(),
    };
    await Tuner.open(backend, { store });
    expect(variantOf(tunable)).toEqual(slow);
  }
  const store = new MemoryStore();
  store.load = () => Promise.resolve({ [key]: { variant: fast, milliseconds: -1 } });
  await Tuner.open(backend, { store });
  const [use] = recorded(tunable);
  expect(use && choiceFor(use)).toEqual({ variant: fast, origin: 'remembered' });
});

test('tunes all the same where storage is blocked', async () => {
  const refuse = () => Promise.reject(new DOMException('The operation is insecure.', 'SecurityError'));
  const { tuner, choice } = await tuned([slow, fast], {
    store: { load: refuse, save: refuse, clear: refuse },
  });
  expect(choice.variant).toEqual(fast);
  await tuner.forget();
  expect(errors).toEqual([]);
});

test('stops tuning everything when told', async () => {
  const tuner = await Tuner.open(backend);
  const uses = recorded(kernel([slow, fast]));
  await expect(tuner.tuneAll(uses, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
    'enough',
  );
  expect(choiceFor(uses[0] as CountedUse)).toMatchObject({ origin: 'default' });
});
