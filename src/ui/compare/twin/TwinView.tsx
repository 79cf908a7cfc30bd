/** What sharing was worth: each task trained with the others against the same task trained alone (Δm). */
import { Button } from '@mantine/core';
import { useId, useMemo } from 'react';
import { infoFor } from '#data/resolve.ts';
import { formatCount, formatPercent } from '#lib/format.ts';
import { nameOf, useLibrary } from '#stores/library.ts';
import { useStudies } from '#stores/studies-state.ts';
import { setView } from '#stores/view.ts';
import type { Yardstick } from '#studies/delta-m.ts';
import { savingOf } from '#studies/twin.ts';
import { ChoiceField } from '../../shared/ChoiceField.tsx';
import { runsOf } from '../../studies/study-words.ts';
import { useChoice } from '../use-extra.ts';
import type { CompareTabProps } from '../views.ts';
import { DeltaChart } from './DeltaChart.tsx';
import { DeltaTable } from './DeltaTable.tsx';
import { bases, resultOf, twinsOf, type Basis, type Twin } from './twin-data.ts';
import styles from './twin.module.css';

const basisNames: Readonly<Record<Basis, string>> = {
  level: 'Validation, level with each other',
  best: 'Validation, best of each run',
  test: 'Test',
};

const basisWords: Readonly<Record<Basis, string>> = {
  level: 'At the last validations that both have come to.',
  best: 'Each run at its own lowest mean validation loss.',
  test: 'The latest test of each run: of the weights with the lowest mean validation loss unless others were asked for.',
};

const yardsticks: readonly [Yardstick, Yardstick] = ['metric', 'loss'];
const yardstickNames: Readonly<Record<Yardstick, string>> = { metric: 'Main metric', loss: 'Loss' };

/**
 * The chosen runs, and of each study of twins that one of them belongs to the others, too: those that have yet to begin are not
 * there to be chosen while the study trains.
 */
function useWholeTwins(chosen: CompareTabProps['runs']): CompareTabProps['runs'] {
  const runs = useLibrary((library) => library.runs);
  const studies = useStudies((state) => state.studies);
  return useMemo(() => {
    const ids = new Set(chosen.map(({ id }) => id));
    const ofTwins = studies.filter(({ kind, deletedAt }) => kind === 'twin' && deletedAt === null);
    const whole = ofTwins.map(runsOf).filter((each) => each.some((id) => ids.has(id)));
    const wanted = new Set(whole.flat().filter((id) => !ids.has(id)));
    return [...chosen, ...runs.filter(({ id, hidden }) => wanted.has(id) && !hidden)];
  }, [chosen, runs, studies]);
}

export function TwinView({ runs: chosen }: CompareTabProps) {
  const runs = useWholeTwins(chosen);
  const twins = useMemo(() => twinsOf(runs), [runs]);
  const [basis, setBasis] = useChoice('basis', bases);
  const [by, setBy] = useChoice('by', yardsticks);
  if (twins.length === 0) return <NoTwins />;
  return (
    <div className={styles['view']}>
      <div className={styles['bar']}>
        <Field
          label="Compared at"
          value={basis}
          options={bases}
          labelOf={(each) => basisNames[each]}
          onCommit={setBasis}
        />
        <Field
          label="By"
          value={by}
          options={yardsticks}
          labelOf={(each) => yardstickNames[each]}
          onCommit={setBy}
        />
      </div>
      <p className="soft">
        {basisWords[basis]} The change is in per cent of the task alone; above zero, sharing helped the task,
        whichever way its metric goes. Δm is their mean.
      </p>
      {twins.map((twin) => (
        <TwinResults
          key={`${twin.multi.id} ${[...twin.singles.values()].map(({ id }) => id).join(' ')}`}
          twin={twin}
          basis={basis}
          by={by}
        />
      ))}
    </div>
  );
}

interface FieldProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly Value[];
  readonly labelOf: (value: Value) => string;
  readonly onCommit: (value: Value) => void;
}

function Field<Value extends string>({ label, ...choice }: FieldProps<Value>) {
  const id = useId();
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      <ChoiceField id={id} {...choice} />
    </div>
  );
}

function NoTwins() {
  return (
    <div className={styles['empty']}>
      <p>Among the chosen runs is none of several tasks together with runs of its tasks alone.</p>
      <p className="soft">
        A single-task twin trains each task of the experiment alone, with the same seed, data and order of the
        batches, and then shows what sharing was worth.
      </p>
      <Button onClick={() => setView({ dialog: 'studies', studyKind: 'twin' })}>
        Plan single-task twins
      </Button>
    </div>
  );
}

interface TwinResultsProps {
  readonly twin: Twin;
  readonly basis: Basis;
  readonly by: Yardstick;
}

function TwinResults({ twin, basis, by }: TwinResultsProps) {
  const result = useMemo(() => resultOf(twin, basis, by), [twin, basis, by]);
  const { multi, axis } = twin;
  return (
    <section className={styles['twin']} aria-label={`Twins of ${nameOf(multi)}`}>
      <header>
        <h3>{nameOf(multi)}</h3>
        <span className="soft">
          against each task alone, with the same {axis === 'step' ? 'number of steps' : 'arithmetic (FLOPs)'}
        </span>
      </header>
      <div className={styles['results']}>
        <div>
          <DeltaTable twin={twin} result={result} />
          <Saving twin={twin} />
        </div>
        <DeltaChart twin={twin} by={by} />
      </div>
    </section>
  );
}

/** What sharing saves in parameters; nothing where the data set is not here to tell the shapes. */
function Saving({ twin: { multi } }: { readonly twin: Twin }) {
  const { experiment } = multi;
  const saving = useMemo(() => {
    try {
      return savingOf(experiment, infoFor(experiment.data));
    } catch {
      return null;
    }
  }, [experiment]);
  if (!saving) return null;
  const { multi: together, single, saved } = saving;
  return (
    <p className={styles['saving']}>
      One network has <b>{formatCount(together)}</b> parameters, the networks of the single tasks together{' '}
      <b>{formatCount(single)}</b>: sharing {saved >= 0 ? 'saves' : 'costs'}{' '}
      <b>{formatPercent(Math.abs(saved))}</b>.
    </p>
  );
}
