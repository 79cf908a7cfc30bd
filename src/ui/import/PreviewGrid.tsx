/** The first images as they would be, drawn anew as the choices change. */
import { useEffect, useState } from 'react';
import type { ImportChoices, ImportView, Preview } from '#data/importing/import-view.ts';
import type { ImageShape } from '#experiment/dataset-info.ts';
import { Picture } from '../shared/Picture.tsx';
import styles from './import.module.css';
import { useActions } from './actions.ts';

/** Milliseconds that choices stay before images are made by them. */
const patience = 120;

export interface Previewed extends Preview {
  /** As they were made; the choices may be others by now. */
  readonly shape: ImageShape;
}

/** The newest preview, or why there is none. */
export function usePreview(view: ImportView, choices: ImportChoices) {
  const { preview } = useActions();
  const [state, setState] = useState<{ readonly shown: Previewed | null; readonly trouble: string | null }>({
    shown: null,
    trouble: null,
  });
  const question = JSON.stringify(choices);
  useEffect(() => {
    let isOver = false;
    const show = async () => {
      try {
        const found = await preview(choices);
        if (!isOver) setState({ shown: { ...found, shape: choices.image.shape }, trouble: null });
      } catch (error) {
        const trouble = error instanceof Error ? error.message : String(error);
        if (!isOver) setState((before) => ({ ...before, trouble }));
      }
    };
    const timer = setTimeout(() => void show(), patience);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
    // `choices` is another object after every render: what it says is what counts.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [view, question, preview]);
  return state;
}

interface PreviewGridProps {
  readonly view: ImportView;
  readonly shown: Previewed | null;
  readonly trouble: string | null;
}

export function PreviewGrid({ view, shown, trouble }: PreviewGridProps) {
  if (trouble !== null && !shown)
    return (
      <p className="soft" role="alert">
        {trouble}
      </p>
    );
  if (!shown) return <div className={styles['preview']} aria-busy="true" />;
  const { shape, names, pixels, labels } = shown;
  const bytes = shape.height * shape.width * shape.channels;
  return (
    <ul className={styles['preview']} aria-label="First images as they will be">
      {names.slice(0, 12).map((name, i) => {
        const words = view.columns.flatMap(({ key, plan }) => {
          const label = labels[key]?.[i] ?? '';
          return plan.kind === 'ignore' || label === '' ? [] : [`${plan.name}: ${label}`];
        });
        return (
          <li key={name} title={[name, ...words].join('\n')}>
            <Picture
              shape={shape}
              pixels={pixels.subarray(i * bytes, (i + 1) * bytes)}
              label={[name, ...words].join(', ')}
            />
          </li>
        );
      })}
    </ul>
  );
}
