/** The import sheet over the import of this page. */
import { useMemo, useState } from 'react';
import type { ImportView } from '#data/importing/import-view.ts';
import {
  addOwnSet,
  cancelImport,
  commitImport,
  joinColumns,
  planColumn,
  previewImport,
  removeTable,
  rereadTable,
  useImport,
} from '#stores/imports.ts';
import { useSets } from '#stores/sets.ts';
import { setView } from '#stores/view.ts';
import { attempting } from '../shell/notices.ts';
import { type SheetActions, SheetActionsProvider } from './actions.ts';
import { chooseAndBring } from './bring-in.ts';
import { ImportSheet } from './ImportSheet.tsx';
import { saveChoices, saveLeftOut } from './save-files.ts';

/** Says why a correction could not be taken; the sheet stays as it was. */
const correcting = (work: () => Promise<unknown>) => void attempting('That could not be done', work);

/** What takes longer: the store keeps what went wrong, and the sheet shows it. */
const working = (work: Promise<unknown>) => void work.catch(() => {});

const actions: SheetActions = {
  addFiles: (isFolder) => void chooseAndBring(isFolder),
  addSet: (id) => working(addOwnSet(id)),
  removeTable: (id) => working(removeTable(id)),
  reread: (table, how) =>
    how.importer === undefined ? correcting(() => rereadTable(table, how)) : working(rereadTable(table, how)),
  join: (name, how) => correcting(() => joinColumns(name, how)),
  plan: (key, plan) => correcting(() => planColumn(key, plan)),
  preview: (choices) => previewImport(choices),
  save: saveChoices,
  saveLeftOut,
  commit: (choices) => working(commitImport(choices)),
  cancel() {
    setView({ dialog: null });
    void cancelImport();
  },
};

/** How many different values there were. */
function useCount(value: unknown): number {
  const [state, setState] = useState({ value, count: 0 });
  if (state.value !== value) setState({ value, count: state.count + 1 });
  return state.count;
}

interface SheetOfStoreProps {
  readonly view: ImportView;
  readonly isBusy: boolean;
}

export function SheetOfStore({ view, isBusy }: SheetOfStoreProps) {
  const sets = useSets((state) => state.sets);
  const usage = useSets((state) => state.usage);
  const given = useImport((state) => state.choices);
  const error = useImport((state) => state.error);
  const problems = useImport((state) => state.problems);
  const count = useCount(given);
  const ownSets = useMemo(() => sets.map(({ id, name, samples }) => ({ id, name, samples })), [sets]);
  return (
    <SheetActionsProvider value={actions}>
      <ImportSheet
        // Choices of a file take the place of what was chosen before.
        key={count}
        view={view}
        ownSets={ownSets}
        room={usage ? Math.max(0, usage.quota - usage.bytes) : null}
        isBusy={isBusy}
        given={given ?? undefined}
        troubles={error === null ? problems : [error, ...problems]}
      />
    </SheetActionsProvider>
  );
}
