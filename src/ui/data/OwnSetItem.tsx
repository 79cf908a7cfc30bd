/** A data set of one's own in the list: three of its images, its name, how large it is and when it came. */
import type { SetManifest } from '#data/sets/manifest.ts';
import { formatCount } from '#lib/format.ts';
import { Picture } from '../shared/Picture.tsx';
import styles from './data.module.css';
import { useSetImages } from './use-set-images.ts';

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

interface OwnSetItemProps {
  readonly set: SetManifest;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

export function OwnSetItem({ set, isChosen, onChoose }: OwnSetItemProps) {
  const images = useSetImages(set, 3);
  const tasks = set.revisions.at(-1)?.columns.length ?? 0;
  return (
    <label data-chosen={isChosen || undefined}>
      <input type="radio" name="data-set" checked={isChosen} onChange={onChoose} />
      <b className={styles['setName']} title={set.name}>
        <bdi>{set.name}</bdi>
      </b>
      <small>
        {formatCount(set.samples)} images · {tasks} {tasks === 1 ? 'task' : 'tasks'} ·{' '}
        {day.format(set.createdAt)}
      </small>
      <span className={styles['setImages']} aria-hidden>
        {[0, 1, 2].map((i) => (
          <Picture key={i} shape={set.image} pixels={images[i]} />
        ))}
      </span>
    </label>
  );
}
