/** Predictions as a gallery, the worst first, with a closer look at one of them. */
import { Pagination, Switch } from '@mantine/core';
import { useMemo, useState } from 'react';
import { formatCount } from '#lib/format.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import { NothingYet } from './NothingYet.tsx';
import { PredictionCard } from './PredictionCard.tsx';
import { PredictionDetail } from './PredictionDetail.tsx';
import { noFilter, type PredictionFilter, rankRows, useWrongness, type Wrongness } from './ranking.ts';
import { ResultsBar } from './ResultsBar.tsx';
import { hasRightAndWrong, type Results } from './task-results.ts';
import { useThumbnails } from './use-thumbnails.ts';
import type { ResultsChoice } from './use-results.ts';
import styles from './results.module.css';

const pageSize = 24;

interface PredictionsTabProps {
  readonly choice: ResultsChoice;
  readonly filter: PredictionFilter;
  readonly onFilter: (filter: PredictionFilter) => void;
}

export function PredictionsTab({ choice, filter, onFilter }: PredictionsTabProps) {
  const { results } = choice;
  if (!results) return <NothingYet choice={choice} />;
  return (
    <>
      <ResultsBar choice={choice}>
        <Filters results={results} filter={filter} onFilter={onFilter} />
      </ResultsBar>
      <Ranked results={results} filter={filter} />
    </>
  );
}

function Ranked({ results, filter }: { readonly results: Results; readonly filter: PredictionFilter }) {
  const wrongness = useWrongness(results);
  if (!wrongness) return <p className={styles['hint']}>Sorting the predictions…</p>;
  const key = JSON.stringify([filter, results.evaluation.split, results.evaluation.step]);
  return <Gallery key={key} results={results} wrongness={wrongness} filter={filter} />;
}

interface GalleryProps {
  readonly results: Results;
  readonly wrongness: Wrongness;
  readonly filter: PredictionFilter;
}

function Gallery({ results, wrongness, filter }: GalleryProps) {
  const rows = useMemo(() => rankRows(results, wrongness, filter), [results, wrongness, filter]);
  const [page, setPage] = useState(1);
  const [chosen, setChosen] = useState(0);
  const pages = Math.max(1, Math.ceil(rows.length / pageSize));
  const start = (Math.min(page, pages) - 1) * pageSize;
  const shown = useMemo(() => rows.slice(start, start + pageSize), [rows, start]);
  const ids = useMemo(() => Uint32Array.from(shown, (row) => results.samples[row] ?? 0), [shown, results]);
  const images = useThumbnails(results.summary, ids);
  const place = Math.min(chosen, shown.length - 1);
  const row = shown[place];
  if (row === undefined) return <p className={styles['hint']}>{nothingLeft(filter)}</p>;
  return (
    <div className={styles['predictions']}>
      <div>
        <ul className={styles['gallery']} aria-label="Predictions, the worst first">
          {shown.map((each, i) => (
            <li key={each}>
              <PredictionCard
                results={results}
                wrongness={wrongness}
                row={each}
                pixels={images[i]}
                isChosen={i === place}
                onChoose={() => setChosen(i)}
              />
            </li>
          ))}
        </ul>
        <footer className={styles['pages']}>
          <Pagination
            size="xs"
            total={pages}
            value={page}
            onChange={setPage}
            getItemProps={(number) => ({ 'aria-label': `Page ${number}` })}
            getControlProps={(control) => ({ 'aria-label': `${control} page` })}
          />
          <span>{formatCount(rows.length)} images</span>
        </footer>
      </div>
      <PredictionDetail results={results} wrongness={wrongness} row={row} pixels={images[place]} />
    </div>
  );
}

function nothingLeft({ onlyWrong }: PredictionFilter): string {
  return onlyWrong ? 'Nothing wrong here.' : 'No image is like that.';
}

interface FiltersProps {
  readonly results: Results;
  readonly filter: PredictionFilter;
  readonly onFilter: (filter: PredictionFilter) => void;
}

function Filters({ results, filter, onFilter }: FiltersProps) {
  const chosen = results.tasks.find(({ task }) => task.id === filter.task);
  const nameOf = (id: string) => results.tasks.find(({ task }) => task.id === id)?.task.name ?? 'All tasks';
  const classes = chosen && chosen.column.kind !== 'number' ? chosen.column.classes : [];
  const judged = chosen ? [chosen] : results.tasks;
  return (
    <>
      {results.tasks.length > 1 ? (
        <ChoiceField
          aria-label="Task"
          value={filter.task ?? ''}
          options={['', ...results.tasks.map(({ task }) => task.id)]}
          labelOf={nameOf}
          onCommit={(id) =>
            onFilter({ ...noFilter, onlyWrong: filter.onlyWrong, task: id === '' ? null : id })
          }
        />
      ) : null}
      {classes.length > 0 ? (
        <ChoiceField
          aria-label="True class"
          value={filter.truth ?? -1}
          options={[-1, ...classes.keys()]}
          labelOf={(index) => (index < 0 ? 'any class' : `true: ${classes[index]}`)}
          onCommit={(index) => onFilter({ ...filter, truth: index < 0 ? null : index })}
        />
      ) : null}
      {filter.said === null ? null : (
        <span className={styles['said']}>
          called {classes[filter.said]}{' '}
          <TextButton onClick={() => onFilter({ ...filter, said: null })}>any</TextButton>
        </span>
      )}
      {judged.some(hasRightAndWrong) ? (
        <Switch
          label="only wrong"
          checked={filter.onlyWrong}
          onChange={(event) => onFilter({ ...filter, onlyWrong: event.currentTarget.checked })}
        />
      ) : null}
    </>
  );
}
