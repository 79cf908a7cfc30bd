/** Augmentation: how images vary while training, with a preview of what the network will see. */
import { useEffect, useMemo, useState } from 'react';
import { type Augmentation, augmentationSchema } from '#experiment/schema.ts';
import { type DatasetSummary, fetchAugmented, useDataset } from '#stores/dataset.ts';
import { editExperiment, useExperiment } from '#stores/experiment.ts';
import { Picture } from '../shared/Picture.tsx';
import { SchemaForm } from '../shared/SchemaForm.tsx';
import { Section } from '../shared/Section.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './data.module.css';
import { cut, pickSamples, useSamples } from './use-samples.ts';

const rows = 3;
const draws = 4;

const isOff = (augmentation: Augmentation) =>
  JSON.stringify(augmentation) === JSON.stringify(augmentationSchema.parse({}));

export function AugmentationSection() {
  const augmentation = useExperiment(({ experiment }) => experiment.augmentation);
  const summary = useDataset((data) => (data.status === 'ready' ? data.summary : null));
  const off = isOff(augmentation);
  return (
    <Section
      title="Augmentation"
      action={
        off ? null : (
          <TextButton
            onClick={() =>
              editExperiment((experiment) => ({ ...experiment, augmentation: augmentationSchema.parse({}) }))
            }
          >
            Turn off
          </TextButton>
        )
      }
    >
      <SchemaForm
        schema={augmentationSchema}
        value={augmentation}
        onChange={(key, value) =>
          editExperiment((experiment) => ({
            ...experiment,
            augmentation: { ...experiment.augmentation, [key]: value },
          }))
        }
      />
      {off ? (
        <p className="soft">Off: every image is seen as it is.</p>
      ) : summary ? (
        <Preview summary={summary} />
      ) : null}
    </Section>
  );
}

/** Draws of each sample, row by row; the last ones until new ones have arrived. */
function useDraws(summary: DatasetSummary, ids: Uint32Array): readonly Uint8Array[] {
  const augmentation = useExperiment(({ experiment }) => experiment.augmentation);
  const seed = useExperiment(({ experiment }) => experiment.seed);
  const [images, setImages] = useState<readonly Uint8Array[]>([]);
  useEffect(() => {
    let current = true;
    const waiting = setTimeout(() => {
      fetchAugmented(ids, { augmentation, seed }, draws).then(
        ({ pixels }) => current && setImages(cut(pixels, summary.info.image)),
        () => current && setImages([]),
      );
    }, 120);
    return () => {
      current = false;
      clearTimeout(waiting);
    };
  }, [summary, ids, augmentation, seed]);
  return images;
}

function Preview({ summary }: { readonly summary: DatasetSummary }) {
  const ids = useMemo(() => pickSamples(summary.split.train, rows), [summary]);
  const originals = useSamples(summary, ids);
  const images = useDraws(summary, ids);
  const shape = summary.info.image;
  return (
    <figure
      className={styles['augmented']}
      aria-label="Three images, each beside four augmented versions of it"
    >
      <small>as it is</small>
      <small>as the network may see it</small>
      {Array.from(ids, (id, row) => [
        <Picture key={id} shape={shape} pixels={originals[row]} />,
        ...Array.from({ length: draws }, (_, draw) => (
          <Picture key={`${id}-${draw}`} shape={shape} pixels={images[row * draws + draw]} />
        )),
      ])}
    </figure>
  );
}
