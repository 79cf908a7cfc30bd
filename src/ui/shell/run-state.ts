/** What the run bar says and allows, out of the stores. */
import { useMemo } from 'react';
import { limitProblem } from '#experiment/memory.ts';
import type { Problem } from '#experiment/problem.ts';
import { secondsOf, workLeft } from '#experiment/step-estimate.ts';
import { spanInSteps } from '#experiment/training.ts';
import type { Survivors } from '#experiment/survivors.ts';
import type { SeriesTable } from '#lib/series.ts';
import { experimentStore, type ExperimentView, useExperiment } from '#stores/experiment.ts';
import { canContinueAs, canResume, resumeFromCheckpoint, setGoesOn, survivorsOf } from '#stores/recovery.ts';
import { millisecondsPerImage, validatedPerImage } from '#stores/pace.ts';
import { outlineOf } from '#stores/run-cost.ts';
import { isOutdated, pause, startsAnew, stepOnce, train } from '#stores/run.ts';
import { type RunState, runStore, useRun } from '#stores/run-state.ts';
import { onPage, pauseStudy, resumeStudy, studiesStore, useStudies } from '#stores/studies.ts';

type Blocking = Pick<ExperimentView, 'problems' | 'forecast'>;

function blockerOf({ problems, forecast }: Blocking, device: RunState['device']): Problem | undefined {
  return problems[0] ?? (device ? limitProblem(forecast, device.limits) : undefined);
}

/** Why training cannot start: the network does not fit, or would not fit the adapter. */
export function useBlocker(): Problem | undefined {
  const problems = useExperiment((state) => state.problems);
  const forecast = useExperiment((state) => state.forecast);
  const device = useRun((run) => run.device);
  return blockerOf({ problems, forecast }, device);
}

export type TrainLabel = 'Train' | 'Pause' | 'Resume' | 'Train anew';

/** What the main button does now. */
export function useTrainLabel(): TrainLabel {
  const experiment = useExperiment((state) => state.experiment);
  const study = useStudies((state) => onPage(state)?.state);
  return useRun((run) => {
    if (study !== undefined) return study === 'training' ? 'Pause' : 'Resume';
    if (run.status === 'running' || run.status === 'preparing') return 'Pause';
    if (run.status === 'recovering') return run.goesOn ? 'Pause' : 'Resume';
    if (canResume(run) && !isOutdated(run, experiment)) return 'Resume';
    if (run.status === 'idle') return 'Train';
    return startsAnew(run, experiment) ? 'Train anew' : 'Resume';
  });
}

/** Whether the experiment has changed since the run began, in more than can change live. */
export function useOutdated(): boolean {
  const experiment = useExperiment((state) => state.experiment);
  return useRun((run) => isOutdated(run, experiment));
}

/** What of the weights stays if the run goes on as the edited experiment; null where it cannot. */
export function useSurvivors(): Survivors | null {
  const experiment = useExperiment((state) => state.experiment);
  const blocked = useBlocker() !== undefined;
  const trained = useRun((run) => run.experiment);
  const can = useRun((run) => isOutdated(run, experiment) && canContinueAs(run, experiment));
  return useMemo(
    () => (can && trained && !blocked ? survivorsOf(trained, experiment) : null),
    [can, trained, blocked, experiment],
  );
}

/** What the main button and the space bar do; nothing while something is in the way. */
export function trainOrPause(): Promise<void> | undefined {
  const study = onPage(studiesStore.getState());
  if (study) return study.state === 'training' ? pauseStudy() : resumeStudy(study.id);
  const run = runStore.getState();
  const { status, device, goesOn } = run;
  if (status === 'running' || status === 'preparing') return pause();
  if (status === 'recovering') {
    setGoesOn(!goesOn);
    return undefined;
  }
  const view = experimentStore.getState();
  if (blockerOf(view, device)) return undefined;
  return canResume(run) && !isOutdated(run, view.experiment) ? resumeFromCheckpoint() : train();
}

/** A step of the run there is, or the first of a new one; a finished run is not thrown away for it. */
export function oneStep(): Promise<void> | undefined {
  const { status, device } = runStore.getState();
  const fitting = status === 'idle' || status === 'paused';
  return fitting && !blockerOf(experimentStore.getState(), device) ? stepOnce() : undefined;
}

/** Steps of the current run, or of the one that Train would start. */
export function useTotalSteps(): number {
  const { training } = useExperiment((state) => state.experiment);
  const images = useExperiment(({ info }) => info.counts.train);
  const total = useRun((run) => run.totalSteps);
  return total > 0 ? total : spanInSteps(training.length, images, training.batchSize);
}

/** Seconds of training, and at least so many steps where there are, over which the pace is taken. */
const window = { seconds: 20, steps: 60 } as const;

/** Seconds per training step, lately; NaN before the second step. Time in which the run was paused or validated is not in it. */
function secondsPerStep(series: SeriesTable): number {
  const seconds = series.column('seconds');
  const steps = series.column('step');
  const last = seconds.length - 1;
  const end = seconds[last] ?? 0;
  let first = Math.max(0, last - window.steps);
  while (first > 0 && end - (seconds[first - 1] ?? 0) < window.seconds) first--;
  const taken = (steps[last] ?? 0) - (steps[first] ?? 0);
  return taken > 0 ? (end - (seconds[first] ?? 0)) / taken : Number.NaN;
}

/** Seconds per training step, as the run goes on. */
export function useStepSeconds(): number {
  // `revision` tells that the series has grown; it is the same object all along.
  return useRun((run: RunState) => (run.revision >= 0 ? secondsPerStep(run.series) : Number.NaN));
}

/** How long the run goes on. */
export interface TimeLeft {
  /** Of its steps, the validations among them and the test. */
  readonly seconds: number;
  /** Whether it may stop early. */
  readonly isAtMost: boolean;
}

/** Null where no run trains, or its pace is not known yet. */
export function useTimeLeft(): TimeLeft | null {
  const stepSeconds = useStepSeconds();
  const step = useRun((run) => run.step);
  const total = useRun((run) => run.totalSteps);
  const experiment = useRun((run) => (run.status === 'running' ? run.experiment : null));
  const outline = experiment && outlineOf(experiment);
  if (!outline || !(stepSeconds > 0)) return null;
  const { training } = experiment;
  const { counts } = outline.info;
  const every = spanInSteps(training.validateEvery, counts.train, training.batchSize);
  const perImage = millisecondsPerImage(experiment, 1000 * stepSeconds, validatedPerImage());
  const seconds = secondsOf(workLeft(step, total, every, counts), 1000 * stepSeconds, perImage);
  return { seconds, isAtMost: training.earlyStopping !== null };
}
