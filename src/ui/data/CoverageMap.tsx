/** Which images carry which labels: a map of task × task, as a table; a cell opens the images that carry both. */
import { Modal, SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { coverage } from '#data/labels/counts.ts';
import type { SampleFilter } from '#data/labels/filter.ts';
import { isOwnSet } from '#data/sets/manifest.ts';
import { type SplitName, splitNames } from '#experiment/dataset-info.ts';
import { formatCount, formatPercent } from '#lib/format.ts';
import type { DatasetSummary } from '#stores/dataset.ts';
import { setView } from '#stores/view.ts';
import styles from './coverage.module.css';

interface CoverageMapProps {
  readonly summary: DatasetSummary;
  readonly onClose: () => void;
}

export function CoverageMap({ summary, onClose }: CoverageMapProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      title="Label coverage"
      size={760}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Coverage
        summary={summary}
        openLabels={(filter) => {
          onClose();
          setView({ dialog: 'labels', labelling: { set: summary.info.id, filter } });
        }}
      />
    </Modal>
  );
}

interface TableProps {
  readonly summary: DatasetSummary;
  readonly openLabels: (filter: SampleFilter) => void;
}

function Coverage({ summary, openLabels }: TableProps) {
  const [part, setPart] = useState<SplitName>('train');
  const { columns, split, info } = summary;
  const found = useMemo(() => coverage(columns, split[part]), [columns, split, part]);
  const open = (one: string, other: string) =>
    openLabels({ part, label: { kind: 'both', one, other }, text: '' });
  return (
    <div className={styles['coverage']}>
      <p>
        How many images carry a label of both tasks. Where few do, the tasks learn from different images.
        {columns.length === 1 ? ' This set has one task: there is nothing to cross.' : ''}
      </p>
      <SegmentedControl
        size="xs"
        aria-label="Part of the data"
        value={part}
        data={[...splitNames]}
        onChange={(value) => setPart(splitNames.find((name) => name === value) ?? 'train')}
      />
      <div className={styles['scroll']}>
        <table>
          <caption>
            {formatCount(found.total)} images: {formatCount(found.all)} labelled in every task,{' '}
            {formatCount(found.none)} in none
          </caption>
          <thead>
            <tr>
              <th scope="col">Task</th>
              {columns.map((column) => (
                <th key={column.info.id} scope="col" title={column.info.name}>
                  <bdi>{column.info.name}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {columns.map((row, i) => (
              <tr key={row.info.id}>
                <th scope="row" title={row.info.name}>
                  <bdi>{row.info.name}</bdi>
                </th>
                {columns.map((column, j) => (
                  <Cell
                    key={column.info.id}
                    pair={`${row.info.name} and ${column.info.name}`}
                    count={found.counts[i * columns.length + j] ?? 0}
                    total={found.total}
                    onOpen={isOwnSet(info.id) ? () => open(row.info.id, column.info.id) : null}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

interface CellProps {
  readonly pair: string;
  readonly count: number;
  readonly total: number;
  /** Shows the images; null where the editor cannot. */
  readonly onOpen: (() => void) | null;
}

function Cell({ pair, count, total, onOpen }: CellProps) {
  const share = total > 0 ? count / total : 0;
  const words = `${formatCount(count)} of ${formatCount(total)} images, ${formatPercent(share)}`;
  const figures = (
    <>
      {formatCount(count)}
      <small>{formatPercent(share)}</small>
    </>
  );
  return (
    <td style={{ '--share': `${share * 55}%` }}>
      {onOpen ? (
        <button type="button" title={words} aria-label={`${pair}: ${words}. Show them`} onClick={onOpen}>
          {figures}
        </button>
      ) : (
        <span title={words}>{figures}</span>
      )}
    </td>
  );
}
