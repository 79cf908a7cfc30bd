/** Plans a race: branches of one checkpoint, or of one set of fresh weights, trained in turn. */
import { MultiSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { spanInSteps } from '#experiment/training.ts';
import { formatCount } from '#lib/format.ts';
import { useExperiment } from '#stores/experiment.ts';
import { nameOf, useLibrary, type RunRecord } from '#stores/library.ts';
import { setView, useView } from '#stores/view.ts';
import { strategies } from '#strategies/index.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { FieldRow } from '../shared/FieldRow.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import type { StudyFormProps } from './kinds.ts';
import { differences, racePlan, startOf, type RaceDraft } from './race-draft.ts';
import { StartRow } from './StartRow.tsx';
import styles from './studies.module.css';

const fresh = 'fresh weights';
const methods = Object.entries(strategies).map(([value, { name }]) => ({ value, label: name }));

const differenceNames: Readonly<Record<RaceDraft['by'], string>> = {
  methods: 'Methods',
  rates: 'Learning rates',
  network: 'Network',
};

/** Runs that have a checkpoint to branch off from. */
const branchable = (runs: readonly RunRecord[]) => runs.filter(({ checkpoints }) => checkpoints.length > 0);

interface PartProps {
  readonly draft: RaceDraft;
  readonly onChange: (change: Partial<RaceDraft>) => void;
}

export function RaceForm({ onStarted }: StudyFormProps) {
  const experiment = useExperiment((state) => state.experiment);
  const images = useExperiment(({ info }) => info.counts.train);
  const all = useLibrary((library) => library.runs);
  const current = useLibrary((library) => library.current);
  const runs = useMemo(() => branchable(all), [all]);
  const { training } = experiment;
  const total = spanInSteps(training.length, images, training.batchSize);
  const wanted = useView((view) => view.raceFrom);
  useEffect(() => () => setView({ raceFrom: null }), []);
  const [draft, setDraft] = useState((): RaceDraft => {
    const run = runs.find(({ id }) => id === (wanted?.run ?? current));
    return {
      run: run?.id ?? null,
      step: wanted?.step ?? (run ? startOf(run) : 0),
      by: 'methods',
      methods: [...new Set([experiment.strategy.kind, 'pcgrad', 'mgda'])],
      rates: '1e-3, 3e-4',
      turn: Math.max(1, Math.round(total / 20)),
    };
  });
  const change = (next: Partial<RaceDraft>) => setDraft((before) => ({ ...before, ...next }));
  const { plan, problem } = useMemo(() => racePlan(draft, experiment, runs), [draft, experiment, runs]);
  const from = plan?.members[0]?.from?.step ?? 0;
  const steps = plan?.members.map(({ experiment: { training: each } }) =>
    Math.max(0, spanInSteps(each.length, images, each.batchSize) - from),
  );
  return (
    <div className={styles['form']}>
      <Start draft={draft} onChange={change} runs={runs} />
      <Branches draft={draft} onChange={change} />
      <FieldRow
        label="Steps per turn"
        help="Each trains so many before it is the next one’s turn: curves grow side by side. Every change of turn takes a moment."
      >
        {(ids) => (
          <NumberField
            {...ids}
            integer
            minimum={1}
            value={draft.turn}
            onCommit={(turn) => change({ turn: Math.max(1, turn) })}
          />
        )}
      </FieldRow>
      {plan && steps ? (
        <StartRow plan={() => plan} steps={steps} onStarted={onStarted} />
      ) : (
        <p role="alert" className={styles['error']}>
          {problem}
        </p>
      )}
    </div>
  );
}

function Start({ draft, onChange, runs }: PartProps & { readonly runs: readonly RunRecord[] }) {
  const run = runs.find(({ id }) => id === draft.run);
  const choose = (id: string) => {
    const next = runs.find((each) => each.id === id);
    onChange(next ? { run: next.id, step: startOf(next) } : { run: null });
  };
  return (
    <>
      <FieldRow
        label="All begin with"
        help="The same weights, optimiser state and order of the batches for every branch."
      >
        {(ids) => (
          <ChoiceField
            {...ids}
            value={run?.id ?? fresh}
            options={[fresh, ...runs.map(({ id }) => id)]}
            labelOf={(id) => {
              const each = runs.find((one) => one.id === id);
              return each ? nameOf(each) : 'fresh weights of this experiment';
            }}
            onCommit={choose}
          />
        )}
      </FieldRow>
      {run ? (
        <FieldRow label="Its checkpoint">
          {(ids) => (
            <ChoiceField
              {...ids}
              value={draft.step}
              options={run.checkpoints.map(({ step }) => step)}
              labelOf={(step) => `step ${formatCount(step)}`}
              onCommit={(step) => onChange({ step })}
            />
          )}
        </FieldRow>
      ) : null}
    </>
  );
}

function Branches({ draft, onChange }: PartProps) {
  return (
    <>
      <FieldRow label="They differ in">
        {({ 'aria-describedby': description }) => (
          <SegmentedControl
            aria-label="They differ in"
            {...(description ? { 'aria-describedby': description } : {})}
            size="xs"
            value={draft.by}
            onChange={(by) => onChange({ by: differences.find((each) => each === by) ?? 'methods' })}
            data={differences
              .filter((each) => each !== 'network' || draft.run !== null)
              .map((value) => ({ value, label: differenceNames[value] }))}
          />
        )}
      </FieldRow>
      {draft.by === 'methods' ? (
        <MultiSelect
          aria-label="Multi-task methods"
          size="xs"
          searchable
          value={[...draft.methods]}
          data={methods}
          onChange={(chosen) => onChange({ methods: chosen })}
        />
      ) : null}
      {draft.by === 'rates' ? (
        <TextInput
          aria-label="Learning rates"
          size="xs"
          value={draft.rates}
          onChange={(event) => onChange({ rates: event.currentTarget.value })}
        />
      ) : null}
      {draft.by === 'network' ? (
        <p className="soft">
          One goes on as the run was, one as the experiment on the page is now. What the two networks share is
          kept; new layers begin with fresh weights. Data, seed, batch size and tasks must be the same.
        </p>
      ) : null}
    </>
  );
}
