/** Which images are looked at: by part, by label, by a piece of the file's name. */
import { SegmentedControl, TextInput } from '@mantine/core';
import { type Dispatch, useEffect, useState } from 'react';
import type { LabelQuestion } from '#data/labels/filter.ts';
import { splitNames } from '#experiment/dataset-info.ts';
import { formatCount } from '#lib/format.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import type { EditorAction, EditorState } from './editor-state.ts';
import styles from './labels.module.css';

/** Classes that the menu offers; of more, one finds images by their task's list. */
const mostClasses = 500;

interface Choice {
  readonly label: string;
  readonly group: string;
  readonly question: LabelQuestion | null;
}

function choicesOf({ history, filter }: EditorState): ReadonlyMap<string, Choice> {
  const { columns } = history.labels;
  const choices = new Map<string, Choice>([['', { label: 'Any label', group: 'All', question: null }]]);
  for (const { info } of columns) {
    const question = { kind: 'not-labelled', column: info.id } as const;
    choices.set(JSON.stringify(question), { label: 'not labelled', group: info.name, question });
    if (info.kind === 'number') continue;
    for (const [at, name] of info.classes.slice(0, mostClasses).entries()) {
      const ofClass = { kind: 'class', column: info.id, at } as const;
      choices.set(JSON.stringify(ofClass), { label: name, group: info.name, question: ofClass });
    }
  }
  const nameOf = (id: string) => columns.find(({ info }) => info.id === id)?.info.name ?? id;
  if (filter.label?.kind === 'both') {
    const { one, other } = filter.label;
    const label =
      one === other ? `${nameOf(one)}: labelled` : `${nameOf(one)} and ${nameOf(other)}: both labelled`;
    choices.set(JSON.stringify(filter.label), {
      label,
      group: 'From the coverage map',
      question: filter.label,
    });
  }
  return choices;
}

interface FilterBarProps {
  readonly state: EditorState;
  readonly dispatch: Dispatch<EditorAction>;
}

export function FilterBar({ state, dispatch }: FilterBarProps) {
  const { filter, list } = state;
  const choices = choicesOf(state);
  const set = (change: Partial<typeof filter>) =>
    dispatch({ type: 'filter', filter: { ...filter, ...change } });
  const isFiltered = filter.part !== null || filter.label !== null || filter.text !== '';
  return (
    <search className={styles['filters']} aria-label="Which images">
      <SegmentedControl
        size="xs"
        aria-label="Part of the data"
        value={filter.part ?? 'all'}
        data={['all', ...splitNames]}
        onChange={(value) => set({ part: splitNames.find((name) => name === value) ?? null })}
      />
      <ChoiceField
        aria-label="Label"
        value={filter.label ? JSON.stringify(filter.label) : ''}
        options={[...choices.keys()]}
        labelOf={(key) => choices.get(key)?.label ?? 'Any label'}
        groupOf={(key) => choices.get(key)?.group ?? 'All'}
        onCommit={(key) => set({ label: choices.get(key)?.question ?? null })}
      />
      <NameFilter
        key={filter.text}
        start={filter.text}
        disabled={state.names.length === 0}
        onText={(text) => set({ text })}
      />
      <output className="soft">
        <span className="mono">{formatCount(list.length)}</span> {list.length === 1 ? 'image' : 'images'}
        {state.selection.chosen.size > 1 ? (
          <>
            {' · '}
            <span className="mono">{formatCount(state.selection.chosen.size)}</span> chosen
          </>
        ) : null}
      </output>
      {isFiltered ? (
        <>
          <TextButton
            onClick={() => set({})}
            title="Look again which images fit: labelled ones may have left"
          >
            Look again
          </TextButton>
          <TextButton onClick={() => set({ part: null, label: null, text: '' })}>Show all</TextButton>
        </>
      ) : null}
    </search>
  );
}

interface NameFilterProps {
  readonly start: string;
  readonly disabled: boolean;
  readonly onText: (text: string) => void;
}

/** Looks when one has stopped typing: 50,000 names are not searched at every key. */
function NameFilter({ start, disabled, onText }: NameFilterProps) {
  const [text, setText] = useState(start);
  useEffect(() => {
    if (text === start) return undefined;
    const waiting = setTimeout(() => onText(text), 600);
    return () => clearTimeout(waiting);
  });
  return (
    <TextInput
      aria-label="File name"
      placeholder="File name …"
      value={text}
      disabled={disabled}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text !== start && onText(text)}
      onKeyDown={(event) => event.key === 'Enter' && text !== start && onText(text)}
    />
  );
}
