/** What only the reader can know: whether −1 or 0 is a label. Asked once for all columns with the same values. */
import { useId, useState } from 'react';
import type { ColumnView } from '#data/importing/import-view.ts';
import styles from './import.module.css';
import { useActions } from './actions.ts';
import { answersOf, signsOf } from './plans.ts';

/** Columns of which the same is asked. */
interface Group {
  readonly value: string;
  readonly columns: readonly ColumnView[];
}

/** Those asked about once stay, so that an answer can be changed: remembered as they were when they were asked. */
function useAsked(columns: readonly ColumnView[]): readonly ColumnView[] {
  const [asked, setAsked] = useState<readonly ColumnView[]>([]);
  const isKnown = (column: ColumnView) => asked.some(({ key }) => key === column.key);
  const fresh = columns.filter((column) => column.question && !isKnown(column));
  if (fresh.length > 0) setAsked([...asked, ...fresh]);
  return asked.filter(({ key }) => columns.some((each) => each.key === key));
}

function groupsOf(asked: readonly ColumnView[]): Group[] {
  const groups = new Map<string, ColumnView[]>();
  for (const column of asked) {
    const name = `${column.question?.value} ${signsOf(column).join()}`;
    groups.set(name, [...(groups.get(name) ?? []), column]);
  }
  return Array.from(groups.values(), (columns) => ({ value: columns[0]?.question?.value ?? '', columns }));
}

const namesOf = (columns: readonly ColumnView[]) => {
  const names = columns.slice(0, 3).map(({ plan }) => plan.name);
  return columns.length > 3 ? `${names.join(', ')} and ${columns.length - 3} more` : names.join(', ');
};

export function Questions({ columns }: { readonly columns: readonly ColumnView[] }) {
  const asked = useAsked(columns);
  return groupsOf(asked).map((group) => (
    <Question key={group.columns[0]?.key} group={group} columns={columns} />
  ));
}

interface QuestionProps {
  readonly group: Group;
  readonly columns: readonly ColumnView[];
}

function Question({ group, columns }: QuestionProps) {
  const { plan } = useActions();
  const name = useId();
  const [chosen, setChosen] = useState<string | null>(null);
  const [first] = group.columns;
  const isOpen = columns.some(
    ({ key, question }) => question && group.columns.some((each) => each.key === key),
  );
  if (!first) return null;
  return (
    <fieldset className={styles['question']} data-open={isOpen || undefined}>
      <legend>
        What does {group.value.replace('-', '−')} mean in <b>{namesOf(group.columns)}</b>?
      </legend>
      {answersOf(first).map(({ id, title, meaning }) => (
        <label key={id}>
          <input
            type="radio"
            name={name}
            checked={!isOpen && chosen === id}
            onChange={() => {
              setChosen(id);
              for (const column of group.columns) {
                const answer = answersOf(column).find((each) => each.id === id);
                // Under the name that it has by now.
                const now = columns.find(({ key }) => key === column.key)?.plan.name ?? column.plan.name;
                if (answer) plan(column.key, { ...answer.plan, name: now });
              }
            }}
          />
          <span>
            {title}
            <small>{meaning}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
