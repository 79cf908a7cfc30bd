/** One column of labels: its name, its kind with the reason, how much is labelled, how it is distributed. */
import { ActionIcon } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { memo, useId, useState } from 'react';
import type { ColumnView } from '#data/importing/import-view.ts';
import { formatCount } from '#lib/format.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './import.module.css';
import { useActions } from './actions.ts';
import { ClassEditor } from './ClassEditor.tsx';
import { Histogram } from './Histogram.tsx';
import { asKind, kindNames, kindTasks, planKinds, withSeparator } from './plans.ts';
import { TextField } from './TextField.tsx';

export const ColumnRow = memo(function ColumnRow({ column }: { readonly column: ColumnView }) {
  const actions = useActions();
  const [open, setOpen] = useState(false);
  const id = useId();
  const { plan, key } = column;
  return (
    <li className={styles['column']} data-kind={plan.kind}>
      <div className={styles['columnHead']}>
        <TextField
          className={styles['name']}
          aria-label={`Name of column ${plan.column}`}
          aria-describedby={`${id}-facts`}
          value={plan.name}
          onCommit={(name) => actions.plan(key, { ...plan, name: name.trim() })}
        />
        <span className={styles['kind']}>
          <ChoiceField
            aria-label={`Kind of ${plan.name}`}
            aria-describedby={`${id}-reason`}
            value={plan.kind}
            options={planKinds}
            labelOf={(kind) => kindNames[kind]}
            onCommit={(kind) => actions.plan(key, asKind(column, kind))}
          />
          {plan.kind === 'labels' && plan.separator !== null ? (
            <TextField
              className={styles['separator']}
              aria-label={`Separator of ${plan.name}`}
              value={plan.separator}
              onCommit={(separator) => actions.plan(key, withSeparator(plan, separator))}
            />
          ) : null}
        </span>
        <Counts column={column} id={`${id}-facts`} />
        <Histogram column={column} />
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          aria-label={`${plan.kind === 'number' || plan.kind === 'ignore' ? 'Details' : 'Classes'} of ${plan.name}`}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <IconChevronRight size={15} className={styles['chevron'] ?? ''} />
        </ActionIcon>
      </div>
      <Words column={column} id={`${id}-reason`} />
      {open ? <ClassEditor column={column} /> : null}
    </li>
  );
});

function Counts({ column, id }: { readonly column: ColumnView; readonly id: string }) {
  const { labelled, missing, plan } = column;
  const classes = plan.kind === 'class' || plan.kind === 'labels' ? plan.classes.length : 0;
  return (
    <span className={styles['counts']} id={id}>
      <span>
        <span className="mono">{formatCount(labelled)}</span> labelled
      </span>
      <small>
        {missing > 0 ? `${formatCount(missing)} missing` : 'none missing'}
        {classes > 0 ? ` · ${formatCount(classes)} ${classes === 1 ? 'class' : 'classes'}` : ''}
      </small>
    </span>
  );
}

/** What columns of several tables are called alike: those that are kept apart carry the names of their tables. */
function nameInFiles({ plan, union }: ColumnView): string {
  const prefix = union?.how === 'apart' && union.tables.find((name) => plan.column.startsWith(`${name}: `));
  return prefix ? plan.column.slice(prefix.length + 2) : plan.column;
}

/** Why it is of this kind, what was not understood, and some of its cells. */
function Words({ column, id }: { readonly column: ColumnView; readonly id: string }) {
  const { join } = useActions();
  const { plan, guessed, reason, unread, problem, union, examples } = column;
  const isGuess = plan.kind === guessed.kind;
  return (
    <div className={styles['words']}>
      <p id={id} title={kindTasks[plan.kind]}>
        {isGuess ? reason : `${kindNames[guessed.kind]} was proposed: ${reason}`}
        {examples.length > 0 ? (
          <span dir="auto">
            {' · '}
            {examples.slice(0, 4).join(', ')}
          </span>
        ) : null}
      </p>
      {union ? (
        <p>
          {union.how === 'joined' ? 'One task for' : 'A task each for'} {union.tables.join(', ')}:{' '}
          {union.reason}.{' '}
          <TextButton onClick={() => join(nameInFiles(column), union.how === 'joined' ? 'apart' : 'joined')}>
            {union.how === 'joined' ? 'Keep them apart' : 'Make them one task'}
          </TextButton>
        </p>
      ) : null}
      {unread.count > 0 ? (
        <p data-warning>
          {formatCount(unread.count)} {unread.count === 1 ? 'cell does' : 'cells do'} not fit and{' '}
          {unread.count === 1 ? 'counts' : 'count'} as not labelled: {unread.examples.join(', ')}
        </p>
      ) : null}
      {problem ? (
        <p role="alert" data-danger>
          {plan.name} {problem}.
        </p>
      ) : null}
    </div>
  );
}
