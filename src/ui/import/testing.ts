/** Views of imports as the session of a worker makes them, for the tests of this folder. */
import type { ColumnView, ImportView, TableView } from '#data/importing/import-view.ts';
import { guessColumn } from '#data/understanding/guess.ts';

/** A column of the table `t1` with these cells, as guessed. */
export function column(name: string, cells: readonly (string | null)[], place = 0): ColumnView {
  const { plan, reason, question } = guessColumn({ name, cells });
  const counts = new Map<string, number>();
  for (const cell of cells) if (cell !== null) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const labelled = cells.filter((cell) => cell !== null).length;
  return {
    key: `t1/${place}`,
    table: 't1',
    plan,
    guessed: plan,
    reason,
    question,
    labelled,
    missing: cells.length - labelled,
    unread: { count: 0, examples: [] },
    histogram: Array.from(counts, ([value, count]) => ({ name: value, count })),
    distinct: counts.size,
    examples: [...counts.keys()].slice(0, 5),
    problem: null,
  };
}

export function table(change: Partial<TableView> = {}): TableView {
  return {
    id: 't1',
    name: 'pets',
    importer: 'folders',
    fitting: ['folders', 'tables'],
    samples: 1200,
    pattern: null,
    patternProblem: null,
    names: ['cats/31_f_1.png', 'dogs/4_m_2.png'],
    ...change,
  };
}

const repeated = (...cells: readonly (string | null)[]) =>
  Array.from({ length: 1200 }, (_, i) => cells[i % cells.length] ?? null);

/** 1,200 pictures of pets with their kind, whether they are tame (−1 or 1), a weight, and a name that is no task. */
export function view(change: Partial<ImportView> = {}): ImportView {
  return {
    name: 'pets',
    tables: [table()],
    columns: [
      column('animal', repeated('cat', 'dog', 'cat', 'kitten', null), 0),
      column('tame', repeated('-1', '1', '1'), 1),
      column(
        'weight',
        Array.from({ length: 1200 }, (_, i) => `${i / 7}`),
        2,
      ),
      column(
        'note',
        Array.from({ length: 1200 }, (_, i) => `note ${i}`),
        3,
      ),
    ],
    samples: 1200,
    said: { train: 0, validation: 0, test: 0, none: 1200 },
    leftOut: {
      count: 2,
      first: [
        { kind: 'file', name: 'notes.txt', reason: 'is no picture' },
        { kind: 'row', name: 'metadata.csv', row: 7, reason: 'names a file that is not there' },
      ],
    },
    image: { shape: { height: 64, width: 64, channels: 3 }, fit: 'cover', background: '#ffffff' },
    sizes: '48–1024 × 64–768',
    ...change,
  };
}
