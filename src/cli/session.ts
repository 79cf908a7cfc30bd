/** One run from the first step to the files: follows the engine's events and writes what they bring. */
import type { Dataset } from '#data/dataset.ts';
import type { RunOptions } from '#engine/run-options.ts';
import { Run } from '#engine/run.ts';
import type { Tuner } from '#engine/tuning/tuner.ts';
import type { DeviceInfo, Evaluation, RunEvent } from '#engine/types.ts';
import { costAfter, costOfStep } from '#experiment/run-cost.ts';
import { stepNeeds } from '#experiment/step-needs.ts';
import { describeTask } from '#experiment/tasks/index.ts';
import { effectiveBatchSize } from '#experiment/training.ts';
import { weightsParts } from '#exporters/weights.ts';
import { formatCount, formatPercent, formatValue } from '#lib/format.ts';
import { strategyOf } from '#strategies/index.ts';
import type { Validation } from '#studies/median-rule.ts';
import { CheckpointFile } from './checkpoints.ts';
import { originOf, startOf, type Input } from './input.ts';
import { predictions } from './predictions.ts';
import type { Progress } from './progress.ts';
import type { Results, Summary } from './results.ts';

export interface Job {
  readonly input: Input;
  readonly dataset: Dataset;
  readonly device: DeviceInfo;
  /** Looks for faster variants of the kernels meanwhile, where there is one. */
  readonly tuner: Tuner | undefined;
  readonly results: Results;
  readonly progress: Progress;
  readonly predict: 'validation' | 'test' | undefined;
  /** Steps after which to stop, though the experiment asks for more. */
  readonly stopAfter: number | undefined;
  /** Aborted where the reader wants it to end. */
  readonly stop: AbortSignal;
  /** Sees every validation. */
  readonly onValidation?: ((validation: Validation) => void) | undefined;
}

/** Training broke down by its own numbers, or does not fit: another run on the same device may still do. */
export class TrainingError extends Error {}

/** What the engine has told so far. */
interface News {
  /** Of the last metrics row. */
  step: number;
  /** Seconds of training so far; rows are stamped when their step is sent off, evaluations when all are done. */
  seconds: number;
  readonly validations: Omit<Evaluation, 'outputs'>[];
  test: Evaluation | null;
  hasBest: boolean;
  /** The most that was held on the GPU, in bytes. */
  heldBytes: number | null;
  failure: Error | undefined;
}

/** Main metric and loss of every task: "top left 76.1 % (loss 0.651), …". */
function inWords({ input }: Job, { tasks }: Pick<Evaluation, 'tasks'>): string {
  const parts = input.experiment.tasks.map((task) => {
    const scores = tasks[task.id];
    const [metric] = describeTask(task).metrics;
    const value = scores?.metrics[metric?.id ?? ''] ?? Number.NaN;
    const shown = metric?.unit === 'share' ? formatPercent(value) : formatValue(value);
    return `${task.name} ${shown} (loss ${formatValue(scores?.loss ?? Number.NaN)})`;
  });
  return parts.join(', ');
}

/** Writes and tells the rows of some steps. */
function takeRows({ input, results, progress }: Job, news: News, rows: Float32Array, total: number): void {
  results.steps(rows);
  const { tasks } = input.experiment;
  const width = 4 + 3 * tasks.length;
  const last = rows.subarray(rows.length - width);
  news.step = last[0] ?? 0;
  news.seconds = last[1] ?? 0;
  const losses = tasks.map(({ name }, t) => [name, last[4 + t] ?? Number.NaN] as const);
  progress.step(news.step, total, startOf(input), losses);
}

/** A listener for the events of a run. */
function follow(job: Job, news: News, checkpoints: CheckpointFile): (event: RunEvent) => void {
  const { results, progress } = job;
  let total = 0;
  return (event) => {
    switch (event.type) {
      case 'status':
        total = event.totalSteps;
        break;
      case 'metrics':
        takeRows(job, news, event.rows, total);
        setImmediate(() => checkpoints.settle(news.step)); // the table of conflicts comes after the rows
        break;
      case 'checkpoint':
        checkpoints.offer(event.checkpoint);
        setImmediate(() => checkpoints.settle(news.step));
        break;
      case 'evaluation': {
        const { outputs: _outputs, ...scores } = event.evaluation;
        results.evaluation(event.evaluation);
        news.seconds = Math.max(news.seconds, scores.seconds);
        if (scores.split === 'test') news.test = event.evaluation;
        else news.validations.push(scores);
        if (scores.split === 'validation') job.onValidation?.({ step: scores.step, loss: scores.meanLoss });
        progress.say(`After step ${formatCount(scores.step)}, ${scores.split}: ${inWords(job, scores)}`);
        break;
      }
      case 'evaluation-progress':
        progress.share(`Evaluating on the ${event.split} part`, event.done, event.total);
        break;
      case 'best':
        news.hasBest = true;
        break;
      case 'memory':
        news.heldBytes = event.heldBytes;
        break;
      case 'stopped-early':
        progress.say(`Stopped early after step ${formatCount(event.step)}: ${event.reason}`);
        break;
      case 'gramians':
        results.conflicts(event.rows);
        break;
      case 'layer-gramians':
      case 'adopted':
        break;
      case 'rewound': // nobody is there to change a setting and go on
        news.failure = new TrainingError(event.message);
        break;
      case 'interrupted': // nor to try again
        news.failure = new Error(event.message);
        break;
      case 'failed':
        news.failure = new (event.cause === 'memory' ? TrainingError : Error)(event.message);
        break;
    }
  };
}

function summarise({ input, dataset, device }: Job, news: News, weightsStep: number): Summary {
  const { tasks, training } = input.experiment;
  const validation = news.validations.findLast(({ step }) => step === weightsStep);
  const steps = news.step - originOf(input);
  const images = steps * effectiveBatchSize(dataset.info.counts.train, training.batchSize);
  const { strategy } = input.experiment;
  const needs = stepNeeds(strategyOf(strategy.kind), strategy.gradients);
  const { flops } = costAfter(costOfStep(input.experiment, dataset.info, needs), steps);
  const scores = tasks.map(({ id }) => {
    const [val, test] = [validation?.tasks[id], news.test?.tasks[id]];
    return [id, { ...(val ? { val } : {}), ...(test ? { test } : {}) }] as const;
  });
  return {
    steps: news.step,
    seconds: news.seconds,
    imagesPerSecond: news.seconds > 0 ? images / news.seconds : 0,
    flops,
    gigaflopsPerSecond: news.seconds > 0 ? flops / news.seconds / 1e9 : 0,
    peakMemoryBytes: news.heldBytes,
    adapter: device.adapter,
    weights: news.hasBest ? 'best' : 'last',
    tasks: Object.fromEntries(scores),
  };
}

/** Writes weights, summary and predictions of a run that was not a failure. */
async function writeOutcome(job: Job, run: Run, news: News): Promise<Summary> {
  const { input, results, dataset, predict, progress } = job;
  const weights = await run.weights('best');
  const summary = summarise(job, news, weights.step);
  const { validations, test } = news;
  const { experiment, info } = input;
  results.weights(weightsParts({ experiment, info, weights, choice: summary.weights, validations, test }));
  results.summary(summary);
  if (predict === undefined) return summary;
  if (run.status !== 'finished') progress.say('Stopped early: no predictions.');
  else {
    const known = predict === 'test' ? news.test : null;
    const evaluation = known ?? (await run.evaluate(predict, 'best'));
    results.predictions(predictions(experiment, dataset, evaluation));
  }
  return summary;
}

/** What is known before training begins. */
function oldNews(input: Input): News {
  const { from } = input;
  return {
    step: startOf(input),
    seconds: from?.checkpoint.seconds ?? 0,
    validations: [...(from?.validations ?? [])],
    test: null,
    heldBytes: null,
    hasBest: (from?.checkpoint.best.length ?? 0) > 0,
    failure: undefined,
  };
}

/** What the engine is to start from. */
function startingPoint({ weights, from }: Input): Pick<RunOptions, 'tensors' | 'step' | 'checkpoint'> {
  if (from) return { checkpoint: from.checkpoint };
  return weights ? { tensors: weights.tensors, step: weights.step } : {};
}

export interface Ending {
  readonly summary: Summary;
  /** Whether it came to the end, or stopped early for lack of improvement, rather than being stopped. */
  readonly isFinished: boolean;
}

/**
 * Trains to the end, or until `stop`, and writes the results.
 * Throws Error in plain words where training fails; what was measured until then is written.
 */
export async function trainAndWrite(job: Job): Promise<Ending> {
  const { input, dataset, device, tuner, results, stop, stopAfter } = job;
  const news = oldNews(input);
  const checkpoints = new CheckpointFile(input, dataset, results, news.validations);
  let listening = true;
  const listener = follow(job, news, checkpoints);
  const run = new Run({
    experiment: input.experiment,
    dataset,
    limits: device.limits,
    tuner,
    ...startingPoint(input),
    ...(stopAfter === undefined ? {} : { pauseAt: startOf(input) + stopAfter }),
    onEvent: (event) => (listening || event.type === 'checkpoint') && listener(event),
  });
  const pause = () => void run.pause();
  stop.addEventListener('abort', pause);
  job.progress.begin();
  if (!stop.aborted) await run.resume();
  listening = false;
  stop.removeEventListener('abort', pause);
  if (news.failure instanceof TrainingError) await run.dispose(); // another run may need its memory
  if (news.failure) throw news.failure;
  const summary = await writeOutcome(job, run, news);
  const isFinished = run.status === 'finished';
  await run.dispose(); // the last checkpoint may still be on its way from the device
  checkpoints.settle(news.step);
  checkpoints.conclude();
  return { summary, isFinished };
}
