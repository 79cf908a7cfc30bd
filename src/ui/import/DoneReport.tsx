/** The import window after an import: what was left out of it, unreadable pictures among it, and the way to another one. */
import Papa from 'papaparse';
import { useEffect, useState } from 'react';
import type { LeftOut } from '#data/importers/importer.ts';
import { leftOutFile, useImport } from '#stores/imports.ts';
import styles from './import.module.css';
import { LeftOutList } from './LeftOutList.tsx';
import { saveLeftOut } from './save-files.ts';
import { ChooseButtons } from './Welcome.tsx';

/** Rows of the list that the page reads; the file has all. */
const most = 2000;

interface Line {
  readonly what: string;
  readonly name: string;
  readonly row: string;
  readonly reason: string;
}

/** The list as its file has it. */
async function readLeftOut(): Promise<LeftOut[]> {
  const { blob } = await leftOutFile();
  const { data } = Papa.parse<Line>(await blob.text(), { header: true, preview: most, skipEmptyLines: true });
  return data.map(({ what, name, row, reason }) => ({
    kind: what === 'row' ? 'row' : 'file',
    name,
    ...(row === '' ? {} : { row: Number(row) }),
    reason,
  }));
}

export function DoneReport() {
  const imported = useImport((state) => state.imported);
  const [rows, setRows] = useState<readonly LeftOut[] | null>(null);
  useEffect(() => {
    readLeftOut().then(setRows, () => setRows([]));
  }, []);
  return (
    <div className={styles['state']}>
      {imported ? <h3 dir="auto">“{imported.name}” is imported</h3> : null}
      {rows && rows.length > 0 ? (
        <LeftOutList leftOut={{ count: rows.length, first: rows }} onSave={saveLeftOut} />
      ) : null}
      {rows?.length === 0 ? <p className="soft">Nothing was left out.</p> : null}
      <ChooseButtons />
    </div>
  );
}
