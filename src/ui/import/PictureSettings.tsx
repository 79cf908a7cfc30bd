/** How pictures become images of one size: pixels, grey or colour, what gives way where the shape differs, what shows behind. */
import { SegmentedControl } from '@mantine/core';
import type { ImagePlan } from '#data/decoding/decoder.ts';
import type { ImportView } from '#data/importing/import-view.ts';
import { FieldRow } from '../shared/FieldRow.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import styles from './import.module.css';

const presets = [28, 32, 64, 96, 128, 224] as const;
const smallest = 16;
const largest = 512;

const fitNames = [
  { value: 'cover', label: 'Crop' },
  { value: 'contain', label: 'Bars' },
  { value: 'stretch', label: 'Stretch' },
] as const;
const fitWords = {
  cover: 'The middle fills the image; what is left over is cut off.',
  contain: 'All of the picture is there, with bars beside it.',
  stretch: 'All of the picture is there, squeezed into the shape.',
};

interface PictureSettingsProps {
  readonly view: ImportView;
  readonly image: ImagePlan;
  readonly onChange: (image: Partial<ImagePlan>) => void;
}

const within = (value: number) => Math.min(largest, Math.max(smallest, Math.round(value)));

export function PictureSettings({ view, image, onChange }: PictureSettingsProps) {
  const { shape, fit, background } = image;
  const resize = (size: Partial<typeof shape>) => onChange({ shape: { ...shape, ...size } });
  return (
    <div>
      {view.sizes ? (
        <p className="soft">
          The pictures are <span className="mono">{view.sizes}</span>.
        </p>
      ) : null}
      <Sizes image={image} onSize={resize} />
      <FieldRow label="Colours">
        {({ id }) => (
          <SegmentedControl
            id={id}
            size="xs"
            aria-label="Colours"
            value={String(shape.channels)}
            data={[
              { value: '3', label: 'Colour' },
              { value: '1', label: 'Grey' },
            ]}
            onChange={(value) => resize({ channels: value === '1' ? 1 : 3 })}
          />
        )}
      </FieldRow>
      <FieldRow label="Other shapes" help={fitWords[fit]}>
        {({ id }) => (
          <SegmentedControl
            id={id}
            size="xs"
            aria-label="Pictures of other shapes"
            value={fit}
            data={[...fitNames]}
            onChange={(value) => onChange({ fit: value })}
          />
        )}
      </FieldRow>
      <FieldRow label="Behind" help="Shows where a picture is clear, and in the bars.">
        {(ids) => (
          <input
            {...ids}
            type="color"
            className={styles['colour']}
            value={background}
            onChange={({ currentTarget }) => onChange({ background: currentTarget.value })}
          />
        )}
      </FieldRow>
    </div>
  );
}

interface SizesProps {
  readonly image: ImagePlan;
  readonly onSize: (size: { readonly height?: number; readonly width?: number }) => void;
}

function Sizes({ image: { shape }, onSize }: SizesProps) {
  return (
    <>
      <fieldset className={styles['sizes']}>
        <legend className={styles['unseen']}>Square sizes</legend>
        {presets.map((size) => (
          <button
            key={size}
            type="button"
            className="mono"
            aria-label={`${size} by ${size} pixels`}
            aria-pressed={shape.height === size && shape.width === size}
            onClick={() => onSize({ height: size, width: size })}
          >
            {size}
          </button>
        ))}
      </fieldset>
      <FieldRow label="Height × width" help={`From ${smallest} to ${largest} pixels a side.`}>
        {(ids) => (
          <span className={styles['twoNumbers']}>
            <NumberField
              {...ids}
              integer
              minimum={smallest}
              maximum={largest}
              value={shape.height}
              onCommit={(height) => onSize({ height: within(height) })}
            />
            ×
            <NumberField
              aria-label="Width"
              integer
              minimum={smallest}
              maximum={largest}
              value={shape.width}
              onCommit={(width) => onSize({ width: within(width) })}
            />
          </span>
        )}
      </FieldRow>
    </>
  );
}
