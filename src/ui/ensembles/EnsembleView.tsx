/** Several of the compared runs asked as one: who takes part, what that gains on the test part, and on a new image. */
import { useEnsemble, type Candidate } from '#stores/ensembles.ts';
import type { RunRecord } from '#stores/library.ts';
import { ComputeBar } from './ComputeBar.tsx';
import { EnsembleResults } from './EnsembleResults.tsx';
import { EnsembleTrial } from './EnsembleTrial.tsx';
import { MemberChooser } from './MemberChooser.tsx';
import { useMembers } from './use-members.ts';
import styles from './ensembles.module.css';

/** Whether an ensemble is of other members than those that are chosen. */
function isOther(
  members: readonly { readonly record: RunRecord; readonly step: number }[],
  chosen: readonly Candidate[],
): boolean {
  const keys = (some: typeof members) => some.map(({ record, step }) => `${record.id} ${step}`).join();
  return keys(members) !== keys(chosen);
}

export function EnsembleView({ runs }: { readonly runs: readonly RunRecord[] }) {
  const { members, isMember, toggle } = useMembers(runs);
  const ensemble = useEnsemble((state) => state.ensemble);
  const others = ensemble !== null && isOther(ensemble.members, members);
  return (
    <div className={styles['view']}>
      <p className={styles['lead']}>
        An ensemble asks several networks and answers as one. It gains most where its members are about as
        good, and wrong on different images. Every member is asked anew here, on the same images.
      </p>
      <MemberChooser runs={runs} isMember={isMember} onToggle={toggle} />
      <ComputeBar members={members} />
      {ensemble ? (
        <>
          {others ? (
            <output className={styles['stale']}>
              These figures are of the members that were computed last. Compute again for those chosen above.
            </output>
          ) : null}
          <EnsembleResults ensemble={ensemble} />
          <EnsembleTrial ensemble={ensemble} />
        </>
      ) : null}
    </div>
  );
}
