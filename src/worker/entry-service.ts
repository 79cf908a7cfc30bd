/** What the training worker does at each call: it holds the device, one data set and one run. */
import { fetchBytes } from '#data/byte-source.ts';
import type { Dataset } from '#data/dataset.ts';
import { fingerprintOf } from '#data/fingerprint.ts';
import { knowSet } from '#data/sets/load-set.ts';
import { take } from '#data/split.ts';
import { previewAugmentation } from '#engine/preview.ts';
import { closeDevice, onDeviceLost, openDevice } from '#engine/device.ts';
import { disposeResident, openDataset, type ResidentDataset } from '#engine/resident.ts';
import { testRange } from '#engine/range-test.ts';
import type { RehearsalOptions } from '#engine/rehearsal.ts';
import { Run } from '#engine/run.ts';
import { timeSteps } from '#engine/step-timing.ts';
import { IndexedDbStore } from '#engine/tuning/indexed-db-store.ts';
import { Tuner } from '#engine/tuning/tuner.ts';
import { webgpuBackend } from '#engine/webgpu/dispatch.ts';
import type { DeviceInfo, StepTiming } from '#engine/types.ts';
import { parseExperiment } from '#experiment/parse.ts';
import type { RangePoint } from '#experiment/rate-range.ts';
import { trainingSchema } from '#experiment/training.ts';
import type { Experiment } from '#experiment/schema.ts';
import { buildData } from './build-data.ts';
import { Answering } from './entry-answers.ts';
import type { CallName, Calls, WorkerEvent } from './protocol.ts';
import { Rehearsals } from './rehearsals.ts';

/** One method per call. */
export type Handlers = {
  [Name in CallName]: (input: Calls[Name]['input']) => Calls[Name]['output'] | Promise<Calls[Name]['output']>;
};

/** Where the page lies: this script is in its folder `assets`, or in development somewhere below its root. */
const base = new URL(import.meta.env.DEV ? import.meta.env.BASE_URL : '..', self.location.href).href;

export class TrainingService implements Handlers {
  readonly #send: (event: WorkerEvent) => void;
  #device: DeviceInfo | undefined;
  #tuner: Tuner | undefined;
  #loading: AbortController | undefined;
  #dataset: Dataset | undefined;
  /** What the data set was built from. */
  #source: Experiment['data'] | undefined;
  readonly #answering: Answering;
  readonly #fingerprints = new WeakMap<Dataset, Promise<string>>();
  #resident: Promise<ResidentDataset> | undefined;
  #run: Run | undefined;
  readonly #rehearsals = new Rehearsals();
  /** As the page wants it now, which may change while a run is being prepared. */
  #watchEvery: number | null = null;

  constructor(send: (event: WorkerEvent) => void) {
    this.#send = send;
    this.#answering = new Answering(send);
    onDeviceLost((message) => {
      this.#device = undefined;
      void this.#answering.end(message);
      this.#forgetResident();
      send({ type: 'device-lost', message });
    });
  }

  async open({ fresh = false }: Calls['open']['input'] = {}): Promise<DeviceInfo> {
    if (fresh) {
      await this.#rehearsals.end('The device was opened anew.');
      await this.#endRun();
      await this.#answering.end('The device was opened anew.');
      this.#forgetResident();
      closeDevice();
    }
    this.#device = await openDevice();
    const backend = webgpuBackend();
    this.#tuner = backend && (await Tuner.open(backend, { store: new IndexedDbStore() }));
    return this.#device;
  }

  async load({ data, seed }: Calls['load']['input']): Promise<Calls['load']['output']> {
    this.#loading?.abort(new Error('Another data set was asked for.'));
    const loading = new AbortController();
    this.#loading = loading;
    await this.#rehearsals.end('Another data set was asked for.');
    await this.#endRun();
    this.#source = undefined; // nobody asks any more
    await this.#answering.end('Another data set is being loaded.');
    this.#forgetData();
    const progress = (done: number, total: number) => this.#send({ type: 'load-progress', done, total });
    const dataset = await buildData(data, seed, fetchBytes(base), progress, loading.signal);
    loading.signal.throwIfAborted();
    this.#loading = undefined;
    this.#dataset = dataset;
    this.#source = data;
    const { info, columns, split, draws } = dataset;
    return structuredClone({ info, columns, split, ...(draws ? { draws } : {}) });
  }

  cancelLoad(): null {
    this.#loading?.abort(new Error('Loading was cancelled.'));
    this.#loading = undefined;
    return null;
  }

  async samples({ ids }: Calls['samples']['input']): Promise<Calls['samples']['output']> {
    return { pixels: (await take(this.#data, ids)).images };
  }

  /** Taken once for each data set. */
  fingerprint(): Promise<string> {
    const dataset = this.#data;
    const taken = this.#fingerprints.get(dataset) ?? fingerprintOf(dataset);
    this.#fingerprints.set(dataset, taken);
    return taken;
  }

  async augmented(input: Calls['augmented']['input']): Promise<Calls['augmented']['output']> {
    const dataset = this.#data;
    return { pixels: await previewAugmentation({ dataset, ...input }) };
  }

  async prepare(input: Calls['prepare']['input']): Promise<null> {
    const { run, experiment, tensors, step, checkpoint, watchEvery = null } = input;
    this.#watchEvery = watchEvery;
    await this.#rehearsals.end('A run began.');
    await this.#endRun();
    const dataset = this.#data;
    const device = this.#device ?? (await this.open());
    const resident = await this.#residentData();
    this.#run = new Run({
      experiment: parseExperiment(experiment),
      dataset,
      resident,
      limits: device.limits,
      tuner: this.#tuner,
      onEvent: (event) => this.#send({ type: 'run', run, event }),
      watchEvery: this.#watchEvery,
      ...(tensors ? { tensors } : {}),
      ...(step === undefined ? {} : { step }),
      ...(checkpoint ? { checkpoint } : {}),
    });
    return null;
  }

  /** Answers at once; the events tell how it goes. */
  async resume({ pauseAt }: Calls['resume']['input']): Promise<null> {
    await this.#rehearsals.end('The run goes on.');
    void this.#running.resume(pauseAt);
    return null;
  }

  async pause(): Promise<null> {
    await this.#run?.pause();
    return null;
  }

  async step(): Promise<null> {
    await this.#rehearsals.end('The run goes on.');
    await this.#running.stepOnce();
    return null;
  }

  async discard(): Promise<null> {
    await this.#endRun();
    return null;
  }

  async adopt({ experiment }: Calls['adopt']['input']): Promise<null> {
    await this.#rehearsals.end('The run goes on as another experiment.');
    await this.#running.adopt(parseExperiment(experiment));
    return null;
  }

  adjust({ training, strategy }: Calls['adjust']['input']): null {
    this.#running.adjust({
      ...(training ? { training: trainingSchema.parse(training) } : {}),
      ...(strategy ? { strategy } : {}),
    });
    return null;
  }

  watch({ every }: Calls['watch']['input']): null {
    this.#watchEvery = every;
    if (this.#run) this.#run.watch.every = every;
    return null;
  }

  async evaluate({ split, weights }: Calls['evaluate']['input']): Promise<null> {
    await this.#running.evaluate(split, weights);
    return null;
  }

  predict({ pixels, weights }: Calls['predict']['input']): Promise<Calls['predict']['output']> {
    return this.#running.predict(pixels, weights);
  }

  async answers(input: Calls['answers']['input']): Promise<Calls['answers']['output']> {
    const { limits } = this.#device ?? (await this.open());
    await knowSet(input.experiment.data);
    const resident = () => this.#residentData();
    return this.#answering.answer(input, { limits, resident, data: this.#source });
  }

  cancelAnswers({ ticket }: Calls['cancelAnswers']['input']): null {
    this.#answering.cancel(ticket);
    return null;
  }

  weights({ choice }: Calls['weights']['input']): Promise<Calls['weights']['output']> {
    return this.#running.weights(choice);
  }

  testRange({
    id,
    range,
    checkpoint,
    ...input
  }: Calls['testRange']['input']): Promise<readonly RangePoint[]> {
    const onPoints = (points: readonly RangePoint[]) => this.#send({ type: 'range-points', id, points });
    return this.#rehearsals.run(async (signal) => {
      const options = await this.#rehearsal(input.experiment);
      return testRange({ ...options, range, checkpoint, onPoints, signal });
    });
  }

  timeSteps({ experiment }: Calls['timeSteps']['input']): Promise<StepTiming> {
    return this.#rehearsals.run(async (signal) => timeSteps(await this.#rehearsal(experiment), signal));
  }

  async endRehearsal(): Promise<null> {
    await this.#rehearsals.end('It was ended.');
    return null;
  }

  details(): Calls['details']['output'] {
    return this.#run?.details() ?? null;
  }

  async forgetTuning(): Promise<null> {
    await this.#tuner?.forget();
    return null;
  }

  /** What something is tried with beside the run. Rejects where that trains. */
  async #rehearsal(experiment: Experiment): Promise<RehearsalOptions> {
    if (this.#run?.status === 'running') throw new Error('A run is training: pause it first.');
    const dataset = this.#data;
    const { limits } = this.#device ?? (await this.open());
    const resident = await this.#residentData();
    const tuner = this.#tuner;
    return { experiment: parseExperiment(experiment), dataset, resident, limits, tuner };
  }

  get #data(): Dataset {
    if (!this.#dataset) throw new Error('No data set is loaded yet.');
    return this.#dataset;
  }

  get #running(): Run {
    if (!this.#run) throw new Error('There is no run: press Train first.');
    return this.#run;
  }

  async #endRun(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    await run?.dispose();
  }

  #forgetData(): void {
    this.#forgetResident();
    this.#dataset = undefined;
    this.#source = undefined;
  }

  /** The data set on the device, put there once. Rejects where its images cannot be read. */
  #residentData(): Promise<ResidentDataset> {
    const opening = this.#resident ?? openDataset(this.#data);
    this.#resident = opening;
    opening.catch(() => {
      if (this.#resident === opening) this.#resident = undefined; // whoever asks again tries again
    });
    return opening;
  }

  #forgetResident(): void {
    this.#resident?.then(disposeResident, () => {});
    this.#resident = undefined;
  }
}
