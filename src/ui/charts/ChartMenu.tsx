/** What a chart can be taken away as: picture, drawing, numbers. */
import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconPhoto, IconTable, IconVectorBezier2 } from '@tabler/icons-react';
import type { RefObject } from 'react';
import type { ChartInput, ChartSpec } from './chart-data.ts';
import { csvFile } from './csv.ts';
import { canvasLines, chartSvg, pngFile, svgFile } from './export-image.ts';
import type { Layout } from './layout.ts';
import { saveFile } from './save-file.ts';
import styles from './charts.module.css';

interface ChartMenuProps<Spec extends ChartSpec> {
  readonly spec: Spec;
  readonly read: (spec: Spec) => ChartInput;
  /** What is drawn, where that may be on a canvas; null before the first drawing. */
  readonly layout?: Layout | null;
  readonly element: RefObject<HTMLElement | null>;
  readonly toCsv?: (spec: Spec) => Promise<Blob>;
}

type Form = 'png' | 'svg' | 'csv';

export function ChartMenu<Spec extends ChartSpec>({
  spec,
  read,
  layout = null,
  element,
  toCsv,
}: ChartMenuProps<Spec>) {
  const save = (form: Form) => {
    const section = element.current;
    if (!section) return;
    const file = form === 'csv' && toCsv ? toCsv(spec) : fileOf(form, section, spec, read(spec).data, layout);
    file
      .then((made) => saveFile(made, nameOf(spec, form)))
      .catch((error: unknown) => {
        notifications.show({ color: 'red', title: `${spec.title} was not saved`, message: String(error) });
      });
  };
  return (
    <Menu position="bottom-end" withinPortal shadow="md">
      <Menu.Target>
        <ActionIcon
          className={styles['menuButton']}
          variant="subtle"
          size="sm"
          aria-label={`Save ${spec.title}`}
        >
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPhoto size={14} />} onClick={() => save('png')}>
          Picture (PNG)
        </Menu.Item>
        <Menu.Item leftSection={<IconVectorBezier2 size={14} />} onClick={() => save('svg')}>
          Drawing (SVG)
        </Menu.Item>
        <Menu.Item leftSection={<IconTable size={14} />} onClick={() => save('csv')}>
          All numbers (CSV)
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const nameOf = ({ id }: ChartSpec, form: Form) => `trunkline-${id.replaceAll(/[^a-z0-9]+/gi, '-')}.${form}`;

async function fileOf(
  form: Form,
  element: Element,
  spec: ChartSpec,
  data: ChartInput['data'],
  layout: Layout | null,
): Promise<Blob> {
  if (form === 'csv') return csvFile(data, spec.title);
  const lines = layout && layout.onCanvas.length > 0 ? canvasLines(element, layout) : undefined;
  const picture = await chartSvg(element, spec, data, lines);
  return form === 'png' ? pngFile(picture) : svgFile(picture);
}
