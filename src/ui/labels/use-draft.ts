/** Keeps what the editor changes as it is changed, until it is saved. */
import { useEffect, useRef } from 'react';
import type { DraftStore } from '#data/labels/drafts.ts';
import type { LabelHistory } from '#data/labels/history.ts';

/** Writes the changes of a history that are not written yet, and forgets those taken back. `drafts` null: none are kept. */
export function useDraft(
  drafts: DraftStore | null,
  { id, revision }: { readonly id: string; readonly revision: number },
  history: LabelHistory,
  written: LabelHistory['done'],
  onTrouble: (reason: string) => void,
): void {
  const before = useRef(written);
  const { done } = history;
  useEffect(() => {
    const last = before.current;
    if (!drafts || last === done) return;
    before.current = done;
    let same = 0;
    while (same < done.length && done[same] === last[same]) same++;
    const work = [
      ...(same < last.length ? [drafts.cut(id, same)] : []),
      ...done.slice(same).map(({ edit }, i) => drafts.write(id, revision, same + i, edit)),
    ];
    Promise.all(work).catch(() =>
      onTrouble('This browser could not keep a draft of your changes: save them before you leave.'),
    );
  }, [drafts, id, revision, done, onTrouble]);
}
