/** What Train would take, as the experiment is now. */
import { useMemo } from 'react';
import { storageOfRun } from '#experiment/run-cost.ts';
import { secondsOf, workLeft, type StepEstimate } from '#experiment/step-estimate.ts';
import { effectiveBatchSize, spanInSteps } from '#experiment/training.ts';
import { useExperiment } from '#stores/experiment.ts';
import { estimateFor, millisecondsPerImage, usePace } from '#stores/pace.ts';
import { outlineOf } from '#stores/run-cost.ts';
import { useRun } from '#stores/run-state.ts';
import { useView } from '#stores/view.ts';

export interface RunForecast {
  /** Null where nothing is known of the adapter. */
  readonly step: StepEstimate | null;
  /** Of all steps, validations and the test; null where the step's time is. */
  readonly seconds: number | null;
  /** Whether it may stop early. */
  readonly isAtMost: boolean;
  /** GPU memory, in bytes. */
  readonly memory: number;
  /** What keeping the run takes in the browser, in bytes, at most. */
  readonly storage: number;
}

/** Null where the network does not fit, or the data are not known. */
export function useForecast(): RunForecast | null {
  const experiment = useExperiment((state) => state.experiment);
  const memory = useExperiment((state) => state.forecast.total);
  const fits = useExperiment((state) => state.problems.length === 0);
  const device = useRun((run) => run.device);
  const measured = usePace((pace) => pace.measured);
  const watchEvery = useView((view) => view.watchEvery);
  return useMemo(() => {
    const outline = fits ? outlineOf(experiment) : null;
    if (!outline) return null;
    const { info, plan, needs } = outline;
    const { training } = experiment;
    const step = estimateFor(experiment, device, { measured });
    const batch = effectiveBatchSize(info.counts.train, training.batchSize);
    const inSteps = (span: typeof training.length) => spanInSteps(span, info.counts.train, batch);
    const work = workLeft(0, inSteps(training.length), inSteps(training.validateEvery), info.counts);
    const known = step?.basis === 'measured' ? step.from.perImage : undefined;
    return {
      step,
      seconds:
        step &&
        secondsOf(work, step.milliseconds, millisecondsPerImage(experiment, step.milliseconds, known)),
      isAtMost: training.earlyStopping !== null,
      memory,
      storage: storageOfRun(plan, training, info, needs, watchEvery).total,
    };
  }, [experiment, memory, fits, device, measured, watchEvery]);
}
