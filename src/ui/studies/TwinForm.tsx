/** Plans the single-task twins of the page's experiment: each task alone, otherwise as it is. */
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { formatCount } from '#lib/format.ts';
import { spanInSteps } from '#experiment/training.ts';
import type { Experiment } from '#experiment/schema.ts';
import { useExperiment } from '#stores/experiment.ts';
import { nameOf, useLibrary, type RunRecord } from '#stores/library.ts';
import type { StudyPlan } from '#studies/study.ts';
import { twinStudy } from '#studies/twin.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { FieldRow } from '../shared/FieldRow.tsx';
import type { StudyFormProps } from './kinds.ts';
import { StartRow } from './StartRow.tsx';
import styles from './studies.module.css';

type Equal = 'steps' | 'flops';

/** All but what a document is called. */
const withoutName = ({ name: _name, ...rest }: Experiment) => JSON.stringify(rest);

/** Kept runs that trained exactly this experiment, if not always to its end, and were validated. */
function useBaselines(experiment: Experiment): RunRecord[] {
  const runs = useLibrary((library) => library.runs);
  const wanted = withoutName(experiment);
  return runs.filter(
    (run) => run.validations.length > 0 && run.status !== 'running' && withoutName(run.experiment) === wanted,
  );
}

/** Of each member. */
function stepsOf({ members }: StudyPlan, images: number): number[] {
  return members.map(({ experiment: { training } }) =>
    spanInSteps(training.length, images, training.batchSize),
  );
}

export function TwinForm({ onStarted }: StudyFormProps) {
  const experiment = useExperiment((state) => state.experiment);
  const info = useExperiment((state) => state.info);
  const baselines = useBaselines(experiment);
  const [equal, setEqual] = useState<Equal>('steps');
  const [chosen, setChosen] = useState<string | null>(null);
  const { tasks } = experiment;
  if (tasks.length < 2)
    return (
      <p>
        The experiment on the page has one task only: there is nothing to tell apart. Add a task, or choose
        data with more labels.
      </p>
    );
  const baseline = baselines.find(({ id }) => id === (chosen ?? baselines[0]?.id)) ?? null;
  const plan = () =>
    twinStudy(experiment, {
      equal,
      info,
      baseline: baseline && baseline.id,
      ...(baseline ? { steps: baseline.step } : {}),
    });
  return (
    <div className={styles['form']}>
      <p className="soft">
        {tasks.map(({ name }) => name).join(', ')}: each alone with the trunk of the page, on the same data,
        in the same order, from the same first weights.
      </p>
      <BaselineField baselines={baselines} value={baseline?.id ?? anew} onChange={setChosen} />
      <EqualField value={equal} onChange={setEqual} />
      <StartRow plan={plan} steps={stepsOf(plan(), info.counts.train)} onStarted={onStarted} />
      <p className="soft">
        While they train, <i>Compare</i> shows the change of each task and Δm under <i>Single-task twin</i>.
      </p>
    </div>
  );
}

const anew = 'anew';

interface BaselineFieldProps {
  readonly baselines: readonly RunRecord[];
  /** Id of a run, or `anew`. */
  readonly value: string;
  readonly onChange: (id: string) => void;
}

function BaselineField({ baselines, value, onChange }: BaselineFieldProps) {
  const labelOf = (id: string) => {
    const run = baselines.find((each) => each.id === id);
    return run ? `${nameOf(run)}, ${formatCount(run.step)} steps` : 'is trained anew';
  };
  return (
    <FieldRow
      label="The network of all tasks"
      help="A kept run of exactly this experiment need not be trained again."
    >
      {(ids) => (
        <ChoiceField
          {...ids}
          value={value}
          options={[...baselines.map(({ id }) => id), anew]}
          labelOf={labelOf}
          onCommit={onChange}
        />
      )}
    </FieldRow>
  );
}

interface EqualFieldProps {
  readonly value: Equal;
  readonly onChange: (equal: Equal) => void;
}

function EqualField({ value, onChange }: EqualFieldProps) {
  return (
    <FieldRow
      label="Alike for all"
      help="The same steps: as many images seen. The same FLOPs: as much arithmetic, so that a cheaper network of one task trains for longer."
    >
      {({ 'aria-describedby': description }) => (
        <SegmentedControl
          aria-label="Alike for all"
          {...(description ? { 'aria-describedby': description } : {})}
          size="xs"
          value={value}
          onChange={(next) => onChange(next === 'flops' ? 'flops' : 'steps')}
          data={[
            { value: 'steps', label: 'Steps' },
            { value: 'flops', label: 'FLOPs' },
          ]}
        />
      )}
    </FieldRow>
  );
}
