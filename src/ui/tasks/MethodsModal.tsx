/** The window in which methods are compared: all of them by what they look at, and the one that is read in full. */
import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useExperiment } from '#stores/experiment.ts';
import { setView } from '#stores/view.ts';
import { strategyOf } from '#strategies/index.ts';
import { chooseMethod } from './edits.ts';
import { MethodFacts } from './MethodFacts.tsx';
import { costOf, factorText, matches, methodGroups } from './method-words.ts';
import styles from './tasks.module.css';

const close = () => setView({ dialog: null });

export function MethodsModal() {
  return (
    <Modal
      opened
      onClose={close}
      title="How to balance the tasks"
      size={860}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Contents />
    </Modal>
  );
}

function Contents() {
  const inUse = useExperiment(({ experiment }) => experiment.strategy.kind);
  const alone = useExperiment(({ experiment }) => experiment.tasks.length < 2);
  const [read, setRead] = useState(inUse);
  const [wanted, setWanted] = useState('');
  return (
    <div className={styles['methods']}>
      <div className={styles['methodList']}>
        <TextInput
          data-autofocus
          aria-label="Search methods"
          placeholder="Search: conflict, scale, NeurIPS …"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <MethodList wanted={wanted} read={read} inUse={inUse} onRead={setRead} />
      </div>
      <Method
        key={read}
        id={read}
        inUse={read === inUse}
        note={alone ? 'With one task all methods come to the same.' : undefined}
      />
    </div>
  );
}

interface MethodListProps {
  readonly wanted: string;
  /** Id of the method that is shown in full. */
  readonly read: string;
  readonly inUse: string;
  readonly onRead: (id: string) => void;
}

function MethodList({ wanted, read, inUse, onRead }: MethodListProps) {
  const { plan, info } = useExperiment((state) => state);
  const { training, strategy } = useExperiment(({ experiment }) => experiment);
  const shown = methodGroups()
    .map(({ title, ids }) => ({ title, ids: ids.filter((id) => matches(strategyOf(id), wanted)) }))
    .filter(({ ids }) => ids.length > 0);
  if (shown.length === 0) return <p className="soft">No method is called or described like that.</p>;
  return (
    <div className={styles['methodScroller']}>
      {shown.map(({ title, ids }) => (
        <section key={title} aria-label={title}>
          <h3>
            {title}
            <small>arithmetic</small>
          </h3>
          <ul>
            {ids.map((id) => {
              const cost = costOf(strategyOf(id), strategy.gradients, { plan, info, training });
              return (
                <li key={id}>
                  <button
                    type="button"
                    className={styles['method']}
                    aria-current={id === read || undefined}
                    onClick={() => onRead(id)}
                    onDoubleClick={() => use(id)}
                    ref={id === inUse ? intoView : undefined}
                  >
                    <span>{strategyOf(id).name}</span>
                    {id === inUse ? <em>in use</em> : null}
                    <small>{factorText(cost.arithmetic)}×</small>
                  </button>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </div>
  );
}

/** The method in use is in sight when the window opens. */
const intoView = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest' });

function use(id: string): void {
  chooseMethod(id);
  close();
}

interface MethodProps {
  readonly id: string;
  readonly inUse: boolean;
  readonly note: string | undefined;
}

function Method({ id, inUse, note }: MethodProps) {
  const strategy = strategyOf(id);
  return (
    <article className={styles['methodPage']} aria-live="polite">
      <h3>{strategy.name}</h3>
      <p>{strategy.help}</p>
      <MethodFacts strategy={strategy} />
      {note ? <p className="soft">{note}</p> : null}
      <Button variant="filled" disabled={inUse} onClick={() => use(id)}>
        {inUse ? 'In use' : 'Use this method'}
      </Button>
    </article>
  );
}
