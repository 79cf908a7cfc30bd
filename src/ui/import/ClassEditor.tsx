/** The classes of a column: called otherwise, merged by giving the same name, taken apart again; and what is not labelled. */
import { useId, useState } from 'react';
import type { ColumnView } from '#data/importing/import-view.ts';
import type { ColumnPlan } from '#data/understanding/column-plan.ts';
import { formatCount } from '#lib/format.ts';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './import.module.css';
import { useActions } from './actions.ts';
import { readMissing, renameClass, splitClass, withMissing } from './plans.ts';
import { TextField } from './TextField.tsx';

/** Rows drawn before more are asked for. */
const perPage = 40;

export function ClassEditor({ column }: { readonly column: ColumnView }) {
  const { plan } = useActions();
  const helpId = useId();
  return (
    <div className={styles['classes']}>
      {column.plan.kind === 'class' || column.plan.kind === 'labels' ? (
        <ClassRows column={column} plan={column.plan} />
      ) : null}
      <div className={styles['missing']}>
        <label htmlFor={`${helpId}-field`}>Texts that mean “not labelled”</label>
        <TextField
          id={`${helpId}-field`}
          aria-describedby={helpId}
          value={column.plan.missing.join(', ')}
          mayBeEmpty
          placeholder="unknown, 999"
          onCommit={(text) => plan(column.key, withMissing(column.plan, readMissing(text)))}
        />
        <small id={helpId}>apart by commas; an empty cell never is a label</small>
      </div>
    </div>
  );
}

interface ClassRowsProps {
  readonly column: ColumnView;
  readonly plan: ColumnPlan & { readonly kind: 'class' | 'labels' };
}

function ClassRows({ column, plan }: ClassRowsProps) {
  const actions = useActions();
  const [shown, setShown] = useState(perPage);
  const counts = new Map(column.histogram.map(({ name, count }) => [name, count]));
  const take = (classes: typeof plan.classes) => actions.plan(column.key, { ...plan, classes });
  return (
    <>
      <p className="soft">Two classes with the same name become one.</p>
      <ol className={styles['classRows']}>
        {plan.classes.slice(0, shown).map(({ name, values }, place) => {
          const known = values.filter((value) => counts.has(value));
          const count = known.reduce((sum, value) => sum + (counts.get(value) ?? 0), 0);
          return (
            <li key={values.join('\n') || name}>
              <TextField
                aria-label={`Name of class ${name}`}
                value={name}
                onCommit={(next) => take(renameClass(plan.classes, place, next))}
              />
              <span className={styles['values']} dir="auto">
                {values.length > 1 || values[0] !== name ? values.join(', ') : ''}
                {values.length > 1 ? (
                  <TextButton
                    aria-label={`Take ${name} apart`}
                    onClick={() => take(splitClass(plan.classes, place))}
                  >
                    Take apart
                  </TextButton>
                ) : null}
              </span>
              <span className="mono">{known.length > 0 ? formatCount(count) : ''}</span>
            </li>
          );
        })}
      </ol>
      {plan.classes.length > shown ? (
        <TextButton onClick={() => setShown(shown + 5 * perPage)}>
          Show more of {formatCount(plan.classes.length)} classes
        </TextButton>
      ) : null}
    </>
  );
}
