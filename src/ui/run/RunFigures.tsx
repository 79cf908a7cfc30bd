/** This run in figures: speed, memory, best results, and what it had to say. */
import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { effectiveBatchSize } from '#experiment/training.ts';
import { formatCount, formatValue } from '#lib/format.ts';
import { useExperiment } from '#stores/experiment.ts';
import { useRun } from '#stores/run-state.ts';
import { setView } from '#stores/view.ts';
import { Section } from '../shared/Section.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import { useStepSeconds } from '../shell/run-state.ts';
import { mainMetric, reading, shortName, useStanding, validationAt } from '../tasks/scores.ts';
import { taskColour } from '../task-colour.ts';
import type { Task } from '#experiment/tasks/index.ts';
import { ForecastBasis, ForecastFigures, StorageFigure } from './Forecast.tsx';
import { MemoryFigure } from './MemoryFigure.tsx';
import { SpentFigures } from './SpentFigures.tsx';
import styles from './run.module.css';

export function RunFigures() {
  const experiment = useExperiment((state) => state.experiment);
  const trained = useRun((run) => run.experiment);
  const step = useRun((run) => run.step);
  const notice = useRun((run) => run.notice);
  const tasks = (trained ?? experiment).tasks;
  return (
    <Section
      title="This run"
      action={<TextButton onClick={() => setView({ dialog: 'engine' })}>Engine details</TextButton>}
    >
      <dl className={styles['figures']}>
        {step === 0 ? <ForecastFigures /> : null}
        <Speed />
        <MemoryFigure />
        {step === 0 ? <StorageFigure /> : <SpentFigures />}
        <BestMean />
        {tasks.map((task, index) => (
          <TaskFigure key={task.id} task={task} index={index} />
        ))}
      </dl>
      {notice ? <output className={styles['notice']}>{notice}</output> : null}
      {step === 0 ? <ForecastBasis /> : null}
    </Section>
  );
}

interface FigureProps {
  readonly name: ReactNode;
  readonly help?: string;
  readonly children: ReactNode;
}

function Figure({ name, help, children }: FigureProps) {
  return (
    <div>
      <Tooltip label={help} disabled={!help} multiline w={240}>
        <dt>{name}</dt>
      </Tooltip>
      <dd className="mono">{children}</dd>
    </div>
  );
}

function Speed() {
  const seconds = useStepSeconds();
  const images = useExperiment(({ info }) => info.counts.train);
  const batchSize = useExperiment(({ experiment }) => experiment.training.batchSize);
  if (Number.isNaN(seconds)) return null;
  const batch = effectiveBatchSize(images, batchSize);
  return (
    <>
      <Figure name="Step time">
        {seconds < 1 ? `${(seconds * 1000).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`}
      </Figure>
      <Figure name="Images">{formatCount(batch / seconds)} /s</Figure>
    </>
  );
}

function BestMean() {
  const step = useRun((run) => run.best['mean']);
  const loss = useRun((run) => validationAt(run, run.best['mean'])?.meanLoss);
  if (step === undefined || loss === undefined) return null;
  return (
    <Figure name="Best mean loss" help="The lowest mean of the tasks’ validation losses, and the step of it.">
      {formatValue(loss)} <small>@ {formatCount(step)}</small>
    </Figure>
  );
}

/** Best validation of a task and, after the run, its test. */
function TaskFigure({ task, index }: { readonly task: Task; readonly index: number }) {
  const { best, bestStep } = useStanding(task);
  const test = useRun((run) => reading(task, run.test?.tasks[task.id]));
  const name = (
    <>
      <i style={{ background: taskColour(index) }} />
      {task.name}
    </>
  );
  if (best === undefined && test === undefined) return null;
  const metric = shortName(mainMetric(task));
  return (
    <>
      {best === undefined ? null : (
        <Figure name={name} help={`Best validation ${metric} (by validation loss), and the step of it.`}>
          {best} <small>@ {formatCount(bestStep ?? 0)}</small>
        </Figure>
      )}
      {test === undefined ? null : (
        <Figure name={<span className={styles['sub']}>on the test images</span>}>{test}</Figure>
      )}
    </>
  );
}
