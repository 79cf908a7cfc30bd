/** `npm run train` itself, in a process of its own, for a few steps of a tiny experiment. */
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseExperimentText } from '#experiment/parse.ts';
import { openFile } from '#exporters/index.ts';
import { tiny as document, workshop, type Outcome } from './testing.ts';

const { at, train, write, json, lines } = workshop();

describe('a run on the CPU', () => {
  let outcome: Outcome;
  beforeAll(async () => {
    const file = write('tiny.trunkline.json');
    outcome = await train([file, '--out', 'new/a', '--backend', 'cpu', '--seed', '5', '--predict', 'test']);
  }, 120_000);

  it('says what it does, on standard output alone', () => {
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toContain('Training “tiny” on JavaScript (cpu).');
    expect(outcome.stdout).toMatch(
      /After step 4, validation: top-left [\d.]+ % \(loss [\d.]+\), bottom-right/,
    );
    expect(outcome.stdout).toMatch(/Done after 4 steps and .*Results: new\/a/);
  });

  it('writes the experiment as it was trained', () => {
    const experiment = parseExperimentText(readFileSync(at('new/a/experiment.json'), 'utf8'));
    expect(experiment).toMatchObject({ ...document, seed: 5 });
  });

  it('writes every step and evaluation', () => {
    const metrics = lines('new/a/metrics.jsonl');
    expect(metrics.map(({ part, step }) => [part, step])).toEqual([
      ['train', 1],
      ['train', 2],
      ['validation', 2],
      ['train', 3],
      ['train', 4],
      ['validation', 4],
      ['test', expect.any(Number)],
    ]);
    const numbers = { loss: expect.any(Number), weight: 1, metrics: { accuracy: expect.any(Number) } };
    expect(metrics[0]).toMatchObject({
      learningRate: 0.001,
      gradientNorm: expect.any(Number),
      tasks: { 'top-left': numbers, 'bottom-right': numbers },
    });
    const scores = {
      loss: expect.any(Number),
      metrics: { accuracy: expect.any(Number), f1: expect.any(Number) },
    };
    expect(metrics[2]).toMatchObject({ tasks: { 'top-left': scores, 'bottom-right': scores } });
  });

  it('sums up, with the scores of the best weights', () => {
    const summary = json('new/a/summary.json');
    const metrics = lines('new/a/metrics.jsonl');
    expect(summary).toMatchObject({ steps: 4, adapter: 'JavaScript', weights: 'best' });
    expect(summary.imagesPerSecond * summary.seconds).toBeCloseTo(64, 2);
    expect(summary.gigaflopsPerSecond * 1e9 * summary.seconds).toBeCloseTo(summary.flops, -3);
    expect(summary.flops).toBeGreaterThan(1e6);
    expect(summary.peakMemoryBytes).toBeGreaterThan(1e5);
    const [best] = metrics
      .filter(({ part }) => part === 'validation')
      .toSorted((a, b) => a.meanLoss - b.meanLoss);
    const test = metrics.at(-1);
    for (const task of ['top-left', 'bottom-right'])
      expect(summary.tasks[task]).toEqual({ val: best.tasks[task], test: test.tasks[task] });
  });

  it('writes weights that open with experiment and scores', async () => {
    const bytes = readFileSync(at('new/a/weights.safetensors'));
    const { experiment, weights } = await openFile(new Blob([bytes]), 'weights.safetensors');
    expect(experiment).toMatchObject({ ...document, seed: 5 });
    expect(weights?.choice).toBe('best');
    expect(weights?.tensors.map(({ name }) => name)).toContain('trunk.0.bn.running_mean');
    const { test } = json('new/a/summary.json').tasks['top-left'];
    expect(weights?.metrics.test?.tasks['top-left']?.loss).toBeCloseTo(test.loss, 5);
  });

  it('writes a prediction for every sample of the part, which add up to the accuracy', () => {
    const predictions = lines('new/a/predictions.jsonl');
    expect(predictions.map(({ index }) => index)).toEqual(Array.from({ length: 100 }, (_, i) => 200 + i));
    for (const task of ['top-left', 'bottom-right']) {
      const right = predictions.filter(({ tasks }) => tasks[task].predicted === tasks[task].true);
      expect(right.length / 100).toBeCloseTo(json('new/a/summary.json').tasks[task].test.metrics.accuracy, 6);
      for (const { tasks } of predictions) {
        const values: number[] = Object.values(tasks[task].probabilities);
        expect(values).toHaveLength(10);
        expect(values.reduce((a, b) => a + b)).toBeCloseTo(1, 4);
        expect(tasks[task].probabilities[tasks[task].predicted]).toBe(Math.max(...values));
      }
    }
  });

  it('trains its own experiment file to the same bytes, and another seed to others', async () => {
    await train(['new/a/experiment.json', '--out', 'b', '--backend', 'cpu', '--quiet']);
    await train(['tiny.trunkline.json', '--out', 'c', '--backend', 'cpu', '--quiet']);
    const weights = (name: string) => readFileSync(at(name, 'weights.safetensors'));
    expect(weights('b').equals(weights('new/a'))).toBe(true);
    expect(weights('c').equals(weights('new/a'))).toBe(false);
    expect(lines('b/metrics.jsonl').map(({ tasks }) => tasks)).toEqual(
      lines('new/a/metrics.jsonl').map(({ tasks }) => tasks),
    );
  }, 120_000);

  it('goes on from weights, quietly, and takes away what was there before', async () => {
    writeFileSync(at('new/a/predictions.jsonl'), 'old');
    const next = await train([
      'new/a/weights.safetensors',
      '--out',
      'd',
      '--backend',
      'cpu',
      '--steps',
      '8',
      '--quiet',
    ]);
    expect(next).toEqual({ code: 0, stdout: '', stderr: '' });
    const { step } = (
      await openFile(new Blob([readFileSync(at('new/a/weights.safetensors'))]), 'a.safetensors')
    ).weights ?? { step: -1 };
    expect(lines('d/metrics.jsonl')[0].step).toBe(step + 1);
    expect(json('d/summary.json').steps).toBe(8);
    await train(['tiny.trunkline.json', '--out', 'new/a', '--backend', 'cpu', '--quiet']);
    expect(() => lines('new/a/predictions.jsonl')).toThrow('ENOENT');
  }, 120_000);
});

it('trains by a method that looks at gradients, and writes what it saw', async () => {
  const file = write('pcgrad.trunkline.json', { strategy: { kind: 'pcgrad' } });
  const outcome = await train([file, '--out', 'pcgrad', '--backend', 'cpu', '--quiet']);
  expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
  const table = () => readFileSync(at('pcgrad/conflicts.csv'), 'utf8').trimEnd().split('\n');
  const [head, ...rows] = table();
  expect(head).toBe('step,gradients,top-left/norm,bottom-right/norm,top-left/bottom-right/cosine');
  expect(rows.map((row) => row.split(',').slice(0, 2))).toEqual(
    ['1', '2', '3', '4'].map((step) => [step, 'representation']),
  );
  const steps = lines('pcgrad/metrics.jsonl').filter(({ part }) => part === 'train');
  for (const [k, row] of rows.entries()) {
    const [a = 0, b = 0, cosine = 0] = row.split(',').slice(2).map(Number);
    expect(Math.min(a, b)).toBeGreaterThan(0);
    expect(Math.abs(cosine)).toBeLessThanOrEqual(1);
    // Two tasks: each is projected off the other, where they are in conflict.
    const { weight } = steps[k].tasks['top-left'];
    expect(weight).toBeCloseTo(cosine < 0 ? 1 - (cosine * b) / a : 1, 4);
  }
  // By equal weights nobody looks at gradients: an earlier run's table goes.
  await train([write('plain.trunkline.json'), '--out', 'pcgrad', '--backend', 'cpu', '--quiet']);
  expect(table).toThrow('ENOENT');
}, 120_000);

/** What Dawn's native code says about some drivers, lavapipe among them. */
const limitsOfDawn = /^Warning: maxDynamic\w+ artificially reduced from .*\n/gm;

it('trains every kind of task, on WebGPU where there is a driver, the same each time', async () => {
  const columns = {
    shape: 'classification',
    colours: 'multi-label',
    position: 'regression',
    size: 'regression',
  };
  const tasks = Object.entries(columns).map(([id, kind]) => ({ kind, id, name: id, column: id }));
  const file = write('shapes.trunkline.json', {
    data: { source: 'shapes', settings: { size: 32, trainCount: 100, validationCount: 100, testCount: 100 } },
    tasks,
    heads: Object.fromEntries(tasks.map(({ id }) => [id, []])),
  });
  const first = await train([file, '--out', 'gpu-1', '--steps', '2', '--predict', 'validation']);
  expect({ ...first, stderr: first.stderr.replaceAll(limitsOfDawn, '') }).toMatchObject({
    code: 0,
    stderr: '',
  });
  expect(first.stdout).toMatch(/ \(webgpu\)\.|No GPU and no software Vulkan driver was found/);
  await train([file, '--out', 'gpu-2', '--steps', '2', '--quiet']);
  expect(
    readFileSync(at('gpu-1/weights.safetensors')).equals(readFileSync(at('gpu-2/weights.safetensors'))),
  ).toBe(true);
  await train([file, '--out', 'gpu-3', '--steps', '1', '--quiet']);
  await train(['--resume', 'gpu-3', '--steps', '1', '--quiet']);
  expect(
    readFileSync(at('gpu-1/weights.safetensors')).equals(readFileSync(at('gpu-3/weights.safetensors'))),
  ).toBe(true);
  const [prediction] = lines('gpu-1/predictions.jsonl');
  expect(prediction.index).toBe(100);
  expect(prediction.tasks).toMatchObject({
    shape: { predicted: expect.any(String), true: expect.any(String) },
    colours: {
      predicted: expect.any(Array),
      true: expect.any(Array),
      probabilities: { red: expect.any(Number) },
    },
    position: {
      predicted: { x: expect.any(Number) },
      true: { x: expect.any(Number), y: expect.any(Number) },
    },
    size: { predicted: { size: expect.any(Number) } },
  });
}, 240_000);

it('stops on Ctrl+C and writes what there is', async () => {
  const file = write('long.trunkline.json', {
    training: { ...document.training, length: { unit: 'steps', count: 1_000_000 } },
  });
  const outcome = await train([file, '--out', 'stopped', '--backend', 'cpu'], (text, stop) => {
    if (text.includes('After step 6')) stop();
  });
  expect(outcome.code).toBe(130);
  expect(outcome.stdout).toMatch(/Stopped after \d+ steps/);
  const { steps, weights, tasks } = json('stopped/summary.json');
  expect(steps).toBeGreaterThanOrEqual(6);
  expect(weights).toBe('best');
  expect(tasks['top-left'].val.metrics.accuracy).toBeTypeOf('number');
  expect(lines('stopped/metrics.jsonl').filter(({ part }) => part === 'train')).toHaveLength(steps);
  const opened = await openFile(new Blob([readFileSync(at('stopped/weights.safetensors'))]), 'w.safetensors');
  expect(opened.weights?.tensors.length).toBeGreaterThan(0);
}, 120_000);

it('stops with a sentence where training breaks down, and keeps the curves', async () => {
  const training = { ...document.training, optimiser: { kind: 'sgd', momentum: 0 }, learningRate: 100 };
  const trunk = [
    { kind: 'dense', units: 64 },
    { kind: 'dense', units: 64 },
  ];
  const file = write('wild.trunkline.json', {
    trunk,
    training: { ...training, length: { unit: 'steps', count: 200 } },
  });
  const outcome = await train([file, '--out', 'wild', '--backend', 'cpu', '--quiet']);
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expect(outcome.stderr).toMatch(/^At step \d+ .* became (NaN|infinite).* Lower the learning rate .*\n$/);
  expect(lines('wild/metrics.jsonl').length).toBeGreaterThan(0);
}, 120_000);

/** Rows of metrics.jsonl without what differs from run to run: the time. */
const rowsOf = (name: string) => lines(name, 'metrics.jsonl').map(({ seconds: _seconds, ...row }) => row);
const bytesOf = (name: string, file = 'weights.safetensors') => readFileSync(at(name, file));

/** Scores of every task, and what else of summary.json does not depend on the time. */
const outcomeOf = (name: string) => {
  const { steps, flops, adapter, weights, tasks } = json(name, 'summary.json');
  return { steps, flops, adapter, weights, tasks };
};

describe('a run that is resumed', () => {
  const length = { unit: 'steps', count: 12 };
  /** Validates at 5 and 10, so that neither the middle nor the end is one of those; the method remembers. */
  const uw = {
    strategy: { kind: 'uw' },
    training: { ...document.training, length, validateEvery: { unit: 'steps', count: 5 } },
  };
  const quiet = ['--backend', 'cpu', '--quiet'];
  const silence: Outcome = { code: 0, stdout: '', stderr: '' };

  beforeAll(async () => {
    write('uw.json', uw);
    expect(await train(['uw.json', '--out', 'once', ...quiet])).toEqual(silence);
  }, 120_000);

  it('gives the same bytes by 6 steps and 6 more as by 12 at once, and every row once', async () => {
    await train(['uw.json', '--out', 'halves', '--steps', '6', ...quiet]);
    const half = bytesOf('halves', 'checkpoint.safetensors');
    expect(json('halves/experiment.json').training.length.count).toBe(6);
    expect(await train(['--resume', 'halves', '--steps', '6', '--out', 'whole', ...quiet])).toEqual(silence);
    expect(bytesOf('halves', 'checkpoint.safetensors').equals(half)).toBe(true);
    expect(outcomeOf('halves').steps).toBe(6);
    expect(await train(['--resume', 'halves', '--steps', '6', ...quiet])).toEqual(silence);
    for (const name of ['whole', 'halves']) {
      expect(bytesOf(name).equals(bytesOf('once'))).toBe(true);
      expect(rowsOf(name)).toEqual(rowsOf('once'));
      expect(outcomeOf(name)).toEqual(outcomeOf('once'));
    }
    const seconds = lines('halves/metrics.jsonl').flatMap((row) =>
      row.part === 'train' ? [row.seconds] : [],
    );
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  }, 120_000);

  it('does so in epochs, too', async () => {
    await train(['uw.json', '--out', 'epoch', '--epochs', '1', ...quiet]);
    expect(await train(['--resume', 'epoch', '--epochs', '1', ...quiet])).toEqual(silence);
    expect(json('epoch/experiment.json').training.length).toEqual({ unit: 'epochs', count: 2 });
    expect(rowsOf('epoch')).toEqual(rowsOf('once'));
  }, 120_000);

  it('keeps to a schedule that ends where the experiment says, wherever it was stopped', async () => {
    const cosine = { ...uw.training, schedule: { kind: 'cosine', floor: 0 }, warmUp: 2 };
    write('cosine.json', { strategy: { kind: 'gradvac' }, training: cosine });
    await train(['cosine.json', '--out', 'cosine', ...quiet]);
    const stopped = await train(['cosine.json', '--out', 'parts', '--stop-after', '5', '--backend', 'cpu']);
    expect(stopped).toMatchObject({ code: 0, stderr: '' });
    expect(stopped.stdout).toContain('Stopped after 5 steps');
    await train(['--resume', 'parts', '--stop-after', '2', ...quiet]);
    expect(outcomeOf('parts').steps).toBe(7);
    expect(outcomeOf('parts').tasks['top-left']).not.toHaveProperty('test');
    expect(await train(['--resume', 'parts', ...quiet])).toEqual(silence);
    expect(bytesOf('parts').equals(bytesOf('cosine'))).toBe(true);
    expect(rowsOf('parts')).toEqual(rowsOf('cosine'));
    expect(bytesOf('parts', 'conflicts.csv').equals(bytesOf('cosine', 'conflicts.csv'))).toBe(true);
    expect(new Set(lines('cosine/metrics.jsonl').map(({ learningRate }) => learningRate)).size).toBe(13);
  }, 120_000);

  it('keeps the weights that were best before it was stopped', async () => {
    const training = { ...uw.training, learningRate: 0.1, validateEvery: { unit: 'steps', count: 3 } };
    write('rough.json', { ...uw, training });
    await train(['rough.json', '--out', 'rough', ...quiet]);
    await train(['rough.json', '--out', 'rough-parts', '--stop-after', '7', ...quiet]);
    expect(await train(['--resume', 'rough-parts', ...quiet])).toEqual(silence);
    const { weights } = await openFile(new Blob([bytesOf('rough-parts')]), 'w.safetensors');
    expect(weights?.step).toBeLessThan(7);
    expect(bytesOf('rough-parts').equals(bytesOf('rough'))).toBe(true);
    expect(outcomeOf('rough-parts')).toEqual(outcomeOf('rough'));
  }, 120_000);

  it('survives SIGKILL, and loses no row and repeats none', async () => {
    write('killed.json', { ...uw, training: { ...uw.training, validateEvery: { unit: 'steps', count: 2 } } });
    await train(['killed.json', '--out', 'unharmed', '--steps', '60', ...quiet]);
    const args = ['killed.json', '--out', 'killed', '--steps', '60', '--backend', 'cpu'];
    const killed = await train(args, (text, _stop, kill) => {
      if (text.includes('After step 8,')) kill();
    });
    expect(killed.code).toBe(null);
    expect(killed.stdout).not.toContain('Done');
    expect(() => bytesOf('killed')).toThrow('ENOENT');
    // As if it had died in the middle of a line.
    appendFileSync(at('killed/metrics.jsonl'), '{"part":"train","step":1');
    const { stdout } = await train(['--resume', 'killed', '--backend', 'cpu']);
    expect(Number(/on from step (\d+)/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(6);
    expect(bytesOf('killed').equals(bytesOf('unharmed'))).toBe(true);
    expect(rowsOf('killed')).toEqual(rowsOf('unharmed'));
    expect(outcomeOf('killed')).toEqual(outcomeOf('unharmed'));
  }, 120_000);

  it('has patience again after an early stop', async () => {
    const earlyStopping = { watch: 'mean', patience: 2, minimumChange: 100 };
    write('patience.json', {
      ...uw,
      training: { ...uw.training, validateEvery: { unit: 'steps', count: 2 }, earlyStopping },
    });
    // The first validation is better than none, the next two are not better by a hundred.
    await train(['patience.json', '--out', 'patience', ...quiet]);
    expect(outcomeOf('patience').steps).toBe(6);
    const { stderr } = await train(['--resume', 'patience', ...quiet]);
    expect(stderr).toContain('The run in patience is finished, after 6 steps');
    await train(['--resume', 'patience', '--steps', '20', ...quiet]);
    expect(outcomeOf('patience').steps).toBe(10);
    const steps = lines('patience/metrics.jsonl').flatMap((row) => (row.part === 'train' ? [row.step] : []));
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  }, 120_000);

  it('trains on where the checkpoint cannot be written, and says so', async () => {
    await train(['uw.json', '--out', 'blocked', '--stop-after', '6', ...quiet]);
    mkdirSync(at('blocked/checkpoint.safetensors.draft'));
    const { code, stderr } = await train(['--resume', 'blocked', ...quiet]);
    expect(code).toBe(0);
    expect(stderr).toContain('The checkpoint cannot be written: it is a folder.\n');
    expect(bytesOf('blocked').equals(bytesOf('once'))).toBe(true);
  }, 120_000);

  it('is refused in a sentence where there is nothing to go on with, or it does not fit', async () => {
    mkdirSync(at('bare'));
    const refused = async (...args: string[]) => {
      const { code, stdout, stderr } = await train(['--resume', ...args, ...quiet]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).not.toMatch(/\n\s+at /);
      return stderr;
    };
    expect(await refused('bare')).toBe('bare has no checkpoint.safetensors to go on from.\n');
    expect(await refused('once')).toBe(
      'The run in once is finished, after 12 steps: ask for more with --steps N or --epochs N.\n',
    );
    cpSync(at('once'), at('edited'), { recursive: true });
    const experiment = json('edited/experiment.json');
    const edit = (change: object) =>
      writeFileSync(at('edited/experiment.json'), JSON.stringify({ ...experiment, ...change }));
    edit({ trunk: [experiment.trunk[0], { ...experiment.trunk[2], units: 9 }] });
    expect(await refused('edited', '--steps', '6')).toContain(
      'edited/checkpoint.safetensors: tensor trunk.1.weight: must be there (found nothing).',
    );
    edit({ seed: 3 });
    expect(await refused('edited', '--steps', '6')).toContain('its seed is not that of experiment.json');
    writeFileSync(at('edited/checkpoint.safetensors'), bytesOf('edited'));
    expect(await refused('edited', '--steps', '6')).toContain(
      'edited/checkpoint.safetensors: metadata format: must be "trunkline-checkpoint" (found "pt").',
    );
    expect(bytesOf('edited').equals(bytesOf('once'))).toBe(true);
  }, 120_000);
});

it('repeats with several seeds, sums them up, and goes on with those that are missing', async () => {
  write('seeds.json', { seed: 7, training: { ...document.training, earlyStopping: null } });
  const args = ['seeds.json', '--out', 'seeds', '--backend', 'cpu'];
  const stopped = await train([...args, '--repeat', '3', '--steps', '60'], (text, stop) => {
    if (/Seed 8, 2 of 3:[^]*After step 4,/.test(text)) stop();
  });
  expect(stopped).toMatchObject({ code: 130, stderr: '' });
  expect(stopped.stdout).toContain('1 of 3 seeds are finished.');
  expect(json('seeds/summary.json')).toMatchObject({ seeds: [7], steps: [60] });
  const reached: number = json('seeds/seed-8/summary.json').steps;
  const first = bytesOf('seeds/seed-7');

  const { stdout } = await train([...args, '--repeat', '3', '--steps', '60']);
  expect(stdout).toContain('Finished before: seed 7.');
  expect(stdout).toContain(`on from step ${reached}.`);
  expect(bytesOf('seeds/seed-7').equals(first)).toBe(true);
  const { seeds, tasks } = json('seeds/summary.json');
  expect(seeds).toEqual([7, 8, 9]);
  for (const task of ['top-left', 'bottom-right']) {
    for (const part of ['val', 'test']) {
      const each = [7, 8, 9].map((seed) => json(`seeds/seed-${seed}/summary.json`).tasks[task][part]);
      const values: number[] = each.map(({ metrics }) => metrics.accuracy);
      const { mean, deviation, values: stored } = tasks[task][part].metrics.accuracy;
      expect(stored).toEqual(values);
      expect(mean).toBeCloseTo(values.reduce((a, b) => a + b) / 3, 6);
      const squares = values.map((value) => (value - mean) ** 2).reduce((a, b) => a + b);
      expect(deviation).toBeCloseTo(Math.sqrt(squares / 2), 6);
      expect(tasks[task][part].loss.values).toEqual(each.map(({ loss }) => loss));
    }
  }
  // A seed of a repetition is what that seed alone would have given, stopped or not.
  await train([
    'seeds.json',
    '--out',
    'alone',
    '--seed',
    '8',
    '--steps',
    '60',
    '--backend',
    'cpu',
    '--quiet',
  ]);
  expect(bytesOf('alone').equals(bytesOf('seeds/seed-8'))).toBe(true);
  const other = await train([...args, '--repeat', '2', '--steps', '5']);
  expect(other.code).toBe(1);
  expect(other.stderr).toBe(
    'seeds/seed-7 holds a run of another experiment: choose another --out, or remove it.\n',
  );
}, 240_000);

describe('bad input ends with one plain sentence and no results', () => {
  beforeAll(() => {
    writeFileSync(at('file'), 'a file where a folder should be');
    writeFileSync(at('broken.json'), '{"version": 1,');
    writeFileSync(at('picture.png'), 'PNG');
    writeFileSync(at('text.safetensors'), 'no weights at all, just words');
    write('invalid.json', { seed: -1, training: { ...document.training, batchSize: 0 } });
    write('misfit.json', { trunk: [...document.trunk, { kind: 'max-pool' }] });
    write('nowhere.json', { data: { source: 'holiday-photos' } });
    write('strange.json', { strategy: { kind: 'magic' } });
    write('good.json');
    mkdirSync(at('folder'));
  });

  it.each([
    ['absent.json --out x', 'absent.json cannot be opened: there is no such file.\n'],
    ['folder --out x', 'folder cannot be opened: it is a folder.\n'],
    ['picture.png --out x', 'picture.png: file: must be of a kind that can be opened (found .png).'],
    ['broken.json --out x', 'broken.json: document: must be JSON (found "{\\"version\\": 1,").'],
    ['text.safetensors --out x', 'text.safetensors: header: its length must be at most'],
    ['invalid.json --out x', 'training.batchSize: must be at least 1'],
    ['misfit.json --out x', 'misfit.json: trunk.3: Max pool needs a feature map'],
    [
      'nowhere.json --out x',
      'nowhere.json: data.source: must be a data set that is here (found "holiday-photos").',
    ],
    [
      'strange.json --out x',
      'strange.json: strategy.kind: strategy "magic" is unknown; known are equal, manual',
    ],
    ['good.json --out file/x', 'file/x cannot take the results: '],
    ['good.json --resume x', '--resume takes the experiment from its folder: leave good.json out.\n'],
    ['good.json --out x --stepps 3', `Unknown option '--stepps'. --help lists what there is.\n`],
  ])(
    '%s',
    async (args, message) => {
      const outcome = await train(args.split(' '));
      expect(outcome).toMatchObject({ code: 1, stdout: '' });
      expect(outcome.stderr).toContain(message);
      expect(outcome.stderr).not.toMatch(/\n\s+at /);
      expect(() => readFileSync(at('x/experiment.json'))).toThrow('ENOENT');
    },
    60_000,
  );

  it('lists every problem of a document', async () => {
    const { stderr } = await train(['invalid.json', '--out', 'x']);
    expect(stderr).toMatch(
      /invalid\.json: training\.batchSize: .*\(found 0\)\. Use at least 1\.\nseed: .*\(found -1\)/,
    );
  }, 60_000);
});

it('explains itself', async () => {
  const { code, stdout } = await train(['--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('npm run train -- [FILE] --out DIR');
}, 60_000);
