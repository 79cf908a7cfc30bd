/** The gallery: every image of a part with its labels, page by page, narrowed to a class if wanted. */
import { ActionIcon, Modal, SegmentedControl } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { columnWidth, type SplitName, splitNames } from '#experiment/dataset-info.ts';
import { formatCount } from '#lib/format.ts';
import { useExperiment } from '#stores/experiment.ts';
import { setView, useView } from '#stores/view.ts';
import type { DatasetSummary } from '#stores/dataset.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { Picture } from '../shared/Picture.tsx';
import styles from './data.module.css';
import { LabelList } from './LabelList.tsx';
import { labelsOf } from './labels.ts';
import { useSamples } from './use-samples.ts';

const perPage = 42;

/** A class of a column, or none: all images. */
interface Filter {
  readonly column: string;
  readonly index: number;
}

/** The samples of a part that carry a class. */
function matching(summary: DatasetSummary, part: SplitName, filter: Filter | null): Uint32Array {
  const ids = summary.split[part];
  const column = summary.columns.find(({ info }) => info.id === filter?.column);
  if (!filter || !column) return ids;
  const width = columnWidth(column.info);
  return column.info.kind === 'class'
    ? ids.filter((id) => column.values[id] === filter.index)
    : ids.filter((id) => (column.values[id * width + filter.index] ?? 0) > 0);
}

export function GalleryModal({ summary }: { readonly summary: DatasetSummary }) {
  const opened = useView(({ dialog }) => dialog === 'gallery');
  return (
    <Modal
      opened={opened}
      onClose={() => setView({ dialog: null })}
      title={summary.info.name}
      size={1040}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Gallery summary={summary} />
    </Modal>
  );
}

function Gallery({ summary }: { readonly summary: DatasetSummary }) {
  const [part, setPart] = useState<SplitName>('train');
  const [filter, setFilter] = useState<Filter | null>(null);
  const [page, setPage] = useState(0);
  const ids = useMemo(() => matching(summary, part, filter), [summary, part, filter]);
  const shown = useMemo(() => ids.slice(page * perPage, (page + 1) * perPage), [ids, page]);
  return (
    <div className={styles['gallery']}>
      <div className={styles['filters']}>
        <SegmentedControl
          size="xs"
          aria-label="Part of the data"
          value={part}
          data={splitNames.map((name) => ({
            value: name,
            label: `${name} ${formatCount(summary.split[name].length)}`,
          }))}
          onChange={(value) => {
            setPart(splitNames.find((name) => name === value) ?? 'train');
            setPage(0);
          }}
        />
        <ClassFilter
          summary={summary}
          value={filter}
          onChange={(next) => {
            setFilter(next);
            setPage(0);
          }}
        />
        <Pager page={page} total={ids.length} onPage={setPage} />
      </div>
      <Legend summary={summary} />
      {ids.length === 0 ? <p className="soft">No image of this part carries that label.</p> : null}
      <GalleryPage summary={summary} ids={shown} />
    </div>
  );
}

/** Which colour stands for which label, in the order of the labels below each image. */
function Legend({ summary }: { readonly summary: DatasetSummary }) {
  const tasks = useExperiment(({ experiment }) => experiment.tasks);
  return (
    <ul className={styles['legend']} aria-label="Labels, in the order below each image">
      {labelsOf(summary, tasks, 0).map(({ column, name, colour }) => (
        <li key={column}>
          <i style={{ background: colour ?? 'var(--line-strong)' }} />
          {name}
        </li>
      ))}
    </ul>
  );
}

interface ClassFilterProps {
  readonly summary: DatasetSummary;
  readonly value: Filter | null;
  readonly onChange: (filter: Filter | null) => void;
}

function ClassFilter({ summary, value, onChange }: ClassFilterProps) {
  const filters = useMemo(
    () =>
      new Map<string, { readonly label: string; readonly filter: Filter | null }>([
        ['', { label: 'All classes', filter: null }],
        ...summary.columns.flatMap(({ info }) =>
          info.kind === 'number'
            ? []
            : info.classes.map(
                (name, index) =>
                  [
                    `${info.id}/${index}`,
                    { label: `${info.name}: ${name}`, filter: { column: info.id, index } },
                  ] as const,
              ),
        ),
      ]),
    [summary],
  );
  return (
    <ChoiceField
      aria-label="Class"
      value={value ? `${value.column}/${value.index}` : ''}
      options={[...filters.keys()]}
      labelOf={(key) => filters.get(key)?.label ?? key}
      onCommit={(key) => onChange(filters.get(key)?.filter ?? null)}
    />
  );
}

interface PagerProps {
  readonly page: number;
  readonly total: number;
  readonly onPage: (page: number) => void;
}

function Pager({ page, total, onPage }: PagerProps) {
  const last = Math.max(0, Math.ceil(total / perPage) - 1);
  const from = total === 0 ? 0 : page * perPage + 1;
  return (
    <div className={styles['pager']}>
      <output className="mono">
        {formatCount(from)}–{formatCount(Math.min(total, (page + 1) * perPage))} of {formatCount(total)}
      </output>
      <ActionIcon
        variant="default"
        size={28}
        aria-label="Earlier"
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
      >
        <IconChevronLeft size={15} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={28}
        aria-label="Later"
        disabled={page >= last}
        onClick={() => onPage(page + 1)}
      >
        <IconChevronRight size={15} />
      </ActionIcon>
    </div>
  );
}

function GalleryPage({ summary, ids }: { readonly summary: DatasetSummary; readonly ids: Uint32Array }) {
  const images = useSamples(summary, ids);
  const tasks = useExperiment(({ experiment }) => experiment.tasks);
  return (
    <ul className={styles['page']}>
      {Array.from(ids, (id, i) => (
        <li key={id}>
          <Picture shape={summary.info.image} pixels={images[i]} />
          <LabelList compact labels={labelsOf(summary, tasks, id)} />
        </li>
      ))}
    </ul>
  );
}
