/** Plans a sweep: the page's experiment with any of its fields varied. */
import { Button, Checkbox, SegmentedControl, Textarea } from '@mantine/core';
import { IconDownload, IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { planNetwork } from '#experiment/plan.ts';
import { spanInSteps } from '#experiment/training.ts';
import { useExperiment } from '#stores/experiment.ts';
import { sweepPaths } from '#studies/sweep.ts';
import { saveFile } from '../charts/save-file.ts';
import { FieldRow } from '../shared/FieldRow.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import type { StudyFormProps } from './kinds.ts';
import { StartRow } from './StartRow.tsx';
import styles from './studies.module.css';
import { SweepAxis } from './SweepAxis.tsx';
import { axisFor, firstDraft, planOf, specOf, type SweepDraft } from './sweep-draft.ts';

const modes = [
  { value: 'grid', label: 'Grid' },
  { value: 'random', label: 'Random' },
  { value: 'list', label: 'List' },
] as const;

const modeWords: Readonly<Record<SweepDraft['mode'], string>> = {
  grid: 'Every combination of the values.',
  random: 'Drawn from the values or ranges: finds good settings sooner where several fields matter.',
  list: 'One run for each object of values by path, as JSON.',
};

interface PartProps {
  readonly draft: SweepDraft;
  readonly onChange: (change: Partial<SweepDraft>) => void;
}

export function SweepForm({ onStarted }: StudyFormProps) {
  const experiment = useExperiment((state) => state.experiment);
  const info = useExperiment((state) => state.info);
  const [draft, setDraft] = useState(() => firstDraft(experiment));
  const change = (next: Partial<SweepDraft>) => setDraft((before) => ({ ...before, ...next }));
  const { plan, problem } = useMemo(
    () => planOf(draft, experiment, (member) => void planNetwork(member, info)),
    [draft, experiment, info],
  );
  const steps = plan?.members.map(({ experiment: { training } }) =>
    spanInSteps(training.length, info.counts.train, training.batchSize),
  );
  return (
    <div className={styles['form']}>
      <SegmentedControl
        aria-label="How runs are chosen"
        size="xs"
        value={draft.mode}
        onChange={(mode) => change({ mode: modes.find(({ value }) => value === mode)?.value ?? 'grid' })}
        data={modes.map((mode) => ({ ...mode }))}
      />
      <p className="soft">{modeWords[draft.mode]}</p>
      {draft.mode === 'list' ? (
        <ListField draft={draft} onChange={change} />
      ) : (
        <Axes draft={draft} onChange={change} />
      )}
      {draft.mode === 'random' ? <Draws draft={draft} onChange={change} /> : null}
      <Limits draft={draft} onChange={change} />
      {plan && steps ? (
        <>
          <p className={styles['preview']}>
            {plan.members
              .slice(0, 6)
              .map(({ label }) => label)
              .join(' · ')}
            {plan.members.length > 6 ? ` · and ${plan.members.length - 6} more` : ''}
          </p>
          <StartRow plan={() => plan} steps={steps} onStarted={onStarted} />
          <Button
            variant="subtle"
            size="compact-sm"
            className={styles['file'] ?? ''}
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => {
              const text = JSON.stringify({ experiment, ...specOf(draft, experiment) }, null, 2);
              saveFile(new Blob([text], { type: 'application/json' }), 'sweep.json');
            }}
          >
            As a file for the command line
          </Button>
        </>
      ) : (
        <p role="alert" className={styles['error']}>
          {problem}
        </p>
      )}
    </div>
  );
}

function Axes({ draft, onChange }: PartProps) {
  const experiment = useExperiment((state) => state.experiment);
  const fields = sweepPaths(experiment);
  const { axes } = draft;
  const free = fields.find(({ path }) => !axes.some((axis) => axis.path === path));
  return (
    <>
      {axes.map((axis) => (
        <SweepAxis
          key={axis.key}
          axis={axis}
          fields={fields}
          isRandom={draft.mode === 'random'}
          onChange={(next) => onChange({ axes: axes.map((each) => (each.key === axis.key ? next : each)) })}
          onRemove={() => onChange({ axes: axes.filter(({ key }) => key !== axis.key) })}
        />
      ))}
      {free ? (
        <Button
          variant="subtle"
          size="compact-sm"
          className={styles['file'] ?? ''}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() =>
            onChange({ axes: [...axes, axisFor(free, Math.max(0, ...axes.map(({ key }) => key + 1)))] })
          }
        >
          Vary another field
        </Button>
      ) : null}
    </>
  );
}

function ListField({ draft, onChange }: PartProps) {
  return (
    <Textarea
      aria-label="Values of each run, as JSON"
      autosize
      minRows={4}
      maxRows={14}
      spellCheck={false}
      className="mono"
      value={draft.list}
      onChange={(event) => onChange({ list: event.currentTarget.value })}
    />
  );
}

function Draws({ draft, onChange }: PartProps) {
  return (
    <>
      <FieldRow label="Runs">
        {(ids) => (
          <NumberField
            {...ids}
            integer
            minimum={1}
            maximum={1000}
            value={draft.count}
            onCommit={(count) => onChange({ count: Math.min(1000, Math.max(1, count)) })}
          />
        )}
      </FieldRow>
      <FieldRow label="Seed of the draws">
        {(ids) => (
          <NumberField
            {...ids}
            integer
            minimum={0}
            value={draft.seed}
            onCommit={(seed) => onChange({ seed })}
          />
        )}
      </FieldRow>
    </>
  );
}

function Limits({ draft, onChange }: PartProps) {
  return (
    <>
      <FieldRow
        label="Budget (minutes)"
        help="Of training, all runs together; no more is begun after it. Empty for none."
      >
        {(ids) => (
          <NumberField
            {...ids}
            nullable
            minimum={0}
            value={draft.budgetMinutes}
            onCommit={(budgetMinutes) =>
              onChange({ budgetMinutes: budgetMinutes && Math.max(0.01, budgetMinutes) })
            }
          />
        )}
      </FieldRow>
      <Checkbox
        size="xs"
        label="Stop hopeless runs early"
        description="From its third validation on, one whose best mean loss is above the median of the others at the same step."
        checked={draft.stopsHopeless}
        onChange={(event) => onChange({ stopsHopeless: event.currentTarget.checked })}
      />
    </>
  );
}
