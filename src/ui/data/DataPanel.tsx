/** The data: what it is, how it looks, how it is divided and labelled, and where it stays. */
import { IconLock } from '@tabler/icons-react';
import { isOwnSet } from '#data/sets/manifest.ts';
import { splitNames } from '#experiment/dataset-info.ts';
import { formatCount } from '#lib/format.ts';
import { useDataset } from '#stores/dataset.ts';
import { useExperiment } from '#stores/experiment.ts';
import { setView } from '#stores/view.ts';
import { ImportStrip } from '../import/ImportStrip.tsx';
import { Section } from '../shared/Section.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import { ClassBalance } from './ClassBalance.tsx';
import { CoverageLink } from './CoverageLink.tsx';
import styles from './data.module.css';
import { DatasetPicker } from './DatasetPicker.tsx';
import { GalleryModal } from './GalleryModal.tsx';
import { LoadState } from './LoadState.tsx';
import { OpenFile } from './OpenFile.tsx';
import { SampleStrip } from './SampleStrip.tsx';
import { SplitBar } from './SplitBar.tsx';

export function DataPanel() {
  const info = useExperiment((state) => state.info);
  const summary = useDataset((data) => (data.status === 'ready' ? data.summary : null));
  const { height, width, channels } = info.image;
  const total = splitNames.reduce((sum, part) => sum + info.counts[part], 0);
  return (
    <Section
      title="Data"
      action={<TextButton onClick={() => setView({ dialog: 'data' })}>Change</TextButton>}
    >
      <p className={styles['title']}>
        <b title={info.name}>
          <bdi>{info.name}</bdi>
        </b>
        <span className="soft">
          <IconLock size={12} stroke={1.7} aria-hidden /> stays on this device
        </span>
      </p>
      <p className="soft">
        <span className="mono">{formatCount(total)}</span> images ·{' '}
        <span className="mono">
          {height}×{width}
        </span>{' '}
        {channels === 1 ? 'grey' : 'colour'}
      </p>
      <LoadState />
      <SampleStrip info={info} summary={summary} />
      {summary ? (
        <div className={styles['more']}>
          {isOwnSet(info.id) ? (
            <TextButton
              onClick={() => setView({ dialog: 'labels', labelling: { set: info.id, filter: null } })}
            >
              Edit labels
            </TextButton>
          ) : null}
          <TextButton onClick={() => setView({ dialog: 'gallery' })}>More images</TextButton>
        </div>
      ) : null}
      <SplitBar counts={info.counts} />
      {summary ? <ClassBalance summary={summary} /> : null}
      {summary ? <CoverageLink summary={summary} /> : null}
      <ImportStrip />
      <OpenFile />
      <DatasetPicker />
      {summary ? <GalleryModal summary={summary} /> : null}
    </Section>
  );
}
