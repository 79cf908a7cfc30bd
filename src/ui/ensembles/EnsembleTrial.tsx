/** The ensemble asked about one image: what it says of each task, beside what each of its members says. */
import { Alert, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { DecodeOptions } from '#data/decode-image.ts';
import type { Reading } from '#experiment/tasks/task.ts';
import { formatPercent } from '#lib/format.ts';
import { labelRow } from '#stores/dataset.ts';
import type { Ensemble, EnsembleAnswers } from '#stores/ensembles.ts';
import { describeTask } from '#experiment/tasks/index.ts';
import type { TaskResult } from '#studies/ensemble-results.ts';
import { RunMark } from '../compare/RunMark.tsx';
import { ImageDrop } from '../results/ImageDrop.tsx';
import { ReadingBars } from '../results/ReadingBars.tsx';
import { SeenImage, startingFit } from '../results/SeenImage.tsx';
import type { Source } from '../results/use-trial.ts';
import { Verdict } from '../results/Verdict.tsx';
import { taskColour } from '../task-colour.ts';
import { useEnsembleTrial } from './use-ensemble-trial.ts';
import { memberReadings, wayReading } from './readings.ts';
import { type Way, wayIds, ways } from './words.ts';
import styles from './ensembles.module.css';

export function EnsembleTrial({ ensemble }: { readonly ensemble: Ensemble }) {
  const [source, setSource] = useState<Source | null>(null);
  return (
    <section aria-label="Ask the ensemble" className={styles['ask']}>
      <h3>Ask the ensemble</h3>
      <ImageDrop summary={ensemble.summary} onSource={setSource}>
        {source ? <Asked ensemble={ensemble} source={source} /> : null}
      </ImageDrop>
    </section>
  );
}

function Asked({ ensemble, source }: { readonly ensemble: Ensemble; readonly source: Source }) {
  const [fit, setFit] = useState<DecodeOptions>(startingFit);
  const [way, setWay] = useState<Way>('average');
  const trial = useEnsembleTrial(ensemble, source, fit);
  const { summary, tasks } = ensemble;
  const offered = wayIds.filter((each) => each !== 'soup' || ensemble.soup);
  const chosen = offered.includes(way) ? way : 'average';
  return (
    <div className={styles['trial']}>
      <SeenImage source={source} shape={summary.info.image} pixels={trial.pixels} fit={fit} onFit={setFit} />
      <div className={styles['said']}>
        <SegmentedControl
          size="xs"
          aria-label="Way of combining"
          data={offered.map((value) => ({ value, label: ways[value].short }))}
          value={chosen}
          onChange={setWay}
        />
        {trial.error ? (
          <Alert color="red" title="No prediction">
            {trial.error}
          </Alert>
        ) : (
          <div className={styles['opinions']} aria-live="polite" aria-busy={trial.isBusy}>
            {tasks.map((task, index) => (
              <Opinion
                key={task.task.id}
                ensemble={ensemble}
                result={task}
                index={index}
                way={chosen}
                answers={trial.answers}
                truth={'file' in source ? null : labelRow(summary, task.column.id, source.sample)}
              />
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

interface OpinionProps {
  readonly ensemble: Ensemble;
  readonly result: TaskResult;
  readonly index: number;
  readonly way: Way;
  readonly answers: EnsembleAnswers | null;
  readonly truth: Float32Array | null;
}

function Opinion({ ensemble, result, index, way, answers, truth }: OpinionProps) {
  const { task, column } = result;
  const { readLabel } = describeTask(task);
  const reading = answers ? wayReading(result, answers, way) : null;
  return (
    <section aria-label={task.name}>
      <h4>
        <i style={{ background: taskColour(index) }} aria-hidden />
        {task.name}
        <b>{reading?.text ?? '…'}</b>
      </h4>
      {reading ? (
        <ReadingBars
          column={column}
          reading={reading}
          colour={taskColour(index)}
          {...(truth ? { truth: readLabel(column, truth) } : {})}
        />
      ) : null}
      {answers ? (
        <ul className={styles['votes']} aria-label={`Members on ${task.name}`}>
          {memberReadings(result, answers, truth).map(({ place, reading: said, wrongness }) => (
            <Vote
              key={place}
              ensemble={ensemble}
              place={place}
              said={said}
              wrongness={column.kind === 'number' ? null : wrongness}
            />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

interface VoteProps {
  readonly ensemble: Ensemble;
  readonly place: number;
  readonly said: Reading;
  /** NaN without a label; null where there is no right and wrong. */
  readonly wrongness: number | null;
}

function Vote({ ensemble: { members }, place, said, wrongness }: VoteProps) {
  const member = members[place];
  if (!member) return null;
  const [first] = said.entries;
  const isClass = first !== undefined && said.text === first.label;
  return (
    <li title={`${member.name}, step ${member.step}`}>
      <RunMark run={member.record} />
      <span className={styles['voter']}>{member.name}</span>
      <span className={styles['vote']} data-alone={!isClass || undefined}>
        {wrongness === null || Number.isNaN(wrongness) ? null : <Verdict wrongness={wrongness} />}
        {said.text}
      </span>
      {isClass ? <span className="mono">{formatPercent(first.value)}</span> : null}
    </li>
  );
}
