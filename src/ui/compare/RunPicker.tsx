/** The list of kept runs to choose from: found by a word, taken one by one, all that are listed, or by study. */
import { Checkbox, TextInput } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { memo, useDeferredValue, useMemo, useState } from 'react';
import { useCompare } from '#stores/compare.ts';
import { nameOf, type RunRecord, useLibrary } from '#stores/library.ts';
import { useStudies } from '#stores/studies-state.ts';
import { matches, pinnedFirst, stateOf } from '../runs/run-words.ts';
import { TextButton } from '../shared/TextButton.tsx';
import { choose } from './chosen-runs.ts';
import styles from './compare.module.css';
import { RunMark } from './RunMark.tsx';

export function RunPicker() {
  const all = useLibrary((library) => library.runs);
  const ids = useCompare((compare) => compare.ids);
  const [text, setText] = useState('');
  const [isUnfolded, setIsUnfolded] = useState(false);
  const wanted = useDeferredValue(text);
  const runs = useMemo(() => all.filter(({ hidden }) => !hidden), [all]);
  const listed = useMemo(() => pinnedFirst(runs.filter((run) => matches(run, wanted))), [runs, wanted]);
  const chosen = useMemo(() => new Set(ids), [ids]);
  const count = runs.filter(({ id }) => chosen.has(id)).length;
  return (
    <section
      className={styles['picker']}
      aria-label="Runs to compare"
      data-unfolded={isUnfolded || undefined}
    >
      <button
        type="button"
        className={styles['fold']}
        aria-expanded={isUnfolded}
        aria-controls="compare-runs"
        onClick={() => setIsUnfolded(!isUnfolded)}
      >
        {count} of {runs.length} runs
        <IconChevronDown size={15} aria-hidden />
      </button>
      <div id="compare-runs" className={styles['folding']}>
        <TextInput
          data-autofocus
          aria-label="Filter runs"
          placeholder="Filter: name, note, method …"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <All listed={listed} chosen={chosen} total={runs.length} />
        {listed.length === 0 ? (
          <p className="soft">No run is called or described like that.</p>
        ) : (
          <List runs={listed} chosen={chosen} />
        )}
      </div>
    </section>
  );
}

interface ChosenProps {
  readonly chosen: ReadonlySet<string>;
}

function All({
  listed,
  chosen,
  total,
}: ChosenProps & { readonly listed: readonly RunRecord[]; readonly total: number }) {
  const count = listed.filter(({ id }) => chosen.has(id)).length;
  const what = listed.length === total ? `All ${total} runs` : `All ${listed.length} found`;
  return (
    <div className={styles['all']}>
      <Checkbox
        size="xs"
        radius={3}
        label={what}
        checked={count > 0 && count === listed.length}
        indeterminate={count > 0 && count < listed.length}
        disabled={listed.length === 0}
        onChange={(event) =>
          choose(
            listed.map(({ id }) => id),
            event.currentTarget.checked,
          )
        }
      />
      <output className="soft">{chosen.size === 0 ? 'none chosen' : `${chosen.size} chosen`}</output>
    </div>
  );
}

/** Runs with a study's others below the first of them that is listed. */
function grouped(
  runs: readonly RunRecord[],
): { readonly study: string | null; readonly runs: RunRecord[] }[] {
  const groups = new Map<string, { study: string | null; runs: RunRecord[] }>();
  for (const run of runs) {
    const key = run.study ?? run.id;
    const group = groups.get(key);
    if (group) group.runs.push(run);
    else groups.set(key, { study: run.study ?? null, runs: [run] });
  }
  return [...groups.values()];
}

function List({ runs, chosen }: ChosenProps & { readonly runs: readonly RunRecord[] }) {
  const groups = useMemo(() => grouped(runs), [runs]);
  return (
    <ul className={styles['list']}>
      {groups.map((group) =>
        group.study !== null && group.runs.length > 1 ? (
          <Study key={group.study} study={group.study} runs={group.runs} chosen={chosen} />
        ) : (
          group.runs.map((run) => <Row key={run.id} run={run} isChosen={chosen.has(run.id)} />)
        ),
      )}
    </ul>
  );
}

interface StudyProps extends ChosenProps {
  /** Its id. */
  readonly study: string;
  readonly runs: readonly RunRecord[];
}

function Study({ study, runs, chosen }: StudyProps) {
  const name = useStudies(({ studies }) => studies.find((each) => each.id === study)?.name);
  const isAll = runs.every(({ id }) => chosen.has(id));
  return (
    <li className={styles['study']}>
      <p>
        <span title={name}>{name ?? `${runs.length} runs of one study`}</span>
        <TextButton
          aria-label={`${isAll ? 'Take out' : 'Choose'} all ${runs.length} runs of this study`}
          onClick={() =>
            choose(
              runs.map(({ id }) => id),
              !isAll,
            )
          }
        >
          {isAll ? 'none' : 'all'}
        </TextButton>
      </p>
      <ul>
        {runs.map((run) => (
          <Row key={run.id} run={run} isChosen={chosen.has(run.id)} />
        ))}
      </ul>
    </li>
  );
}

/** Plain elements: some hundred are listed at once. */
const Row = memo(function Row({ run, isChosen }: { readonly run: RunRecord; readonly isChosen: boolean }) {
  const name = nameOf(run);
  return (
    <li className={styles['row']}>
      <label title={name}>
        <input type="checkbox" checked={isChosen} onChange={() => choose([run.id], !isChosen)} />
        <RunMark run={run} />
        <span className={styles['name']}>{name}</span>
        <small data-state={run.status}>{stateOf(run)}</small>
      </label>
    </li>
  );
});
