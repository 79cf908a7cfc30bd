/** The curves as a person meets them: drawn, read, zoomed, smoothed, broken, and taken away. */
import { beforeEach, describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { Smoother } from '#lib/smooth.ts';
import { runStore } from '#stores/run-state.ts';
import { setView } from '#stores/view.ts';
import { csvFile } from '../charts/csv.ts';
import { chartSvg, pngFile } from '../charts/export-image.ts';
import { sharedCursor, sharedZoom } from '../charts/link.ts';
import { chartsOf } from './curve-charts.ts';
import { readCurves } from './curve-data.ts';
import { experimentOn, type Row, showPanel, showRun, startOver, validation } from './testing.tsx';

const experiment = experimentOn('multi-fashion');
const rows: Row[] = Array.from({ length: 100 }, (_, i) => ({
  step: i + 1,
  losses: [2 - i / 100, 2.5 - i / 100],
  metrics: [i / 200, i / 400],
}));
const validations = [25, 50, 75, 100].map((step) =>
  validation(experiment, step, [2.05 - step / 100, 2.55 - step / 100]),
);

beforeEach(() => {
  startOver();
  sharedCursor.set(null);
  sharedZoom.set(null);
});

const chart = (id: string) => {
  const found = document.querySelector(`[data-chart^="${id}"]`);
  if (!found) throw new Error(`no chart ${id}`);
  return found;
};
const surface = (id: string) => {
  const found = chart(id).querySelector('[role=slider]');
  if (!(found instanceof HTMLElement)) throw new Error(`${id} is not drawn`);
  return found;
};
const paths = (id: string) =>
  [...chart(id).querySelectorAll<SVGPathElement>('[data-curve] path:last-of-type')].map(
    (path) => path.getAttribute('d') ?? '',
  );
const ticks = (id: string) =>
  [...chart(id).querySelectorAll('[data-drawing] text')].map((text) => text.textContent);

/** A pointer event at a share of the plot's width. */
function pointer(id: string, type: string, share: number): void {
  const box = surface(id).getBoundingClientRect();
  const init = {
    bubbles: true,
    clientX: box.left + share * box.width,
    clientY: box.top + 40,
    pointerId: 1,
    button: 0,
  };
  surface(id).dispatchEvent(new PointerEvent(type, init));
}

describe('before a run', () => {
  test('says how to start, and shows what will be there', async () => {
    const screen = await showPanel();
    await expect.element(screen.getByText('Press Train, or')).toBeVisible();
    expect(screen.container.textContent).toContain('Gradient norm');
  });
});

describe('a run', () => {
  test('has one chart per loss, metric and run figure, with train and validation curves', async () => {
    showRun(experiment, rows, { validations, best: { mean: 75 } });
    const screen = await showPanel();
    await expect.poll(() => paths('loss')).toHaveLength(4);
    for (const path of paths('loss')) expect(path).toMatch(/^M[\d.]+,[\d.]+L/);
    expect([...screen.container.querySelectorAll('h3')].map((title) => title.textContent)).toEqual([
      'Loss',
      'Accuracy',
      'Macro F1',
      'Learning rate',
      'Gradient norm',
    ]);
    const dashed = chart('loss').querySelector('[data-curve="validation/top-left"] path:last-of-type');
    expect(dashed && getComputedStyle(dashed).strokeDasharray).toBe('4px, 3.5px');
    expect(ticks('loss')).toContain('best');
    // What the picture says is also there in words.
    const table = screen.getByRole('table', { name: 'Loss: last values' });
    await expect.element(table).toHaveTextContent('top left, train1001.010');
    await expect.element(table).toHaveTextContent('bottom right, validation1001.550');
  });

  test('grows as the worker reports', async () => {
    showRun(experiment, rows.slice(0, 10), { totalSteps: 100 });
    await showPanel();
    await expect.poll(() => paths('loss')[0]?.split('L').length).toBe(10);
    const { series, revision } = runStore.getState();
    series.append([11, 1.1, 1e-3, 1, 1.9, 2.4, 0, 0, 1, 1]);
    runStore.setState({ revision: revision + 1 });
    await expect.poll(() => paths('loss')[0]?.split('L').length).toBe(11);
  });

  test('hides a task and its curves', async () => {
    showRun(experiment, rows, { validations });
    const screen = await showPanel();
    await expect.poll(() => paths('loss')).toHaveLength(4);
    await screen.getByRole('button', { name: 'bottom right' }).click();
    await expect.poll(() => paths('loss')).toHaveLength(2);
    await expect
      .element(screen.getByRole('button', { name: 'bottom right' }))
      .toHaveAttribute('aria-pressed', 'false');
  });
});

describe('reading', () => {
  test('one cursor goes through all charts; the tooltip sorts by value and shows smooth beside raw', async () => {
    showRun(experiment, rows, { validations });
    setView({ smoothing: 0.9 });
    await showPanel();
    await expect.poll(() => paths('loss')).toHaveLength(4);
    await expect.poll(() => paths('metric-accuracy')).toHaveLength(4);
    pointer('loss', 'pointermove', 0.6);
    await expect.poll(() => chart('loss').querySelector('[data-tooltip]')).not.toBeNull();
    const x = sharedCursor.get()?.x ?? 0;
    expect(Number.isInteger(x)).toBe(true);
    const cells = [...chart('loss').querySelectorAll('[data-tooltip] tbody tr')].map((row) =>
      [...row.querySelectorAll('td')].map((cell) => cell.textContent),
    );
    const smooth = (start: number) =>
      new Smoother(0.9).extend(Float64Array.from(rows, (_, i) => start - i / 100))[x - 1] ?? 0;
    const row = (name: string, start: number) => [
      name,
      smooth(start).toPrecision(4),
      (start - (x - 1) / 100).toPrecision(4),
      (start + 0.05 - validated / 100).toPrecision(4),
    ];
    const validated = Math.round(x / 25) * 25;
    expect(cells).toEqual([row('bottom right', 2.5), row('top left', 2)]);
    // The other charts show their values there beside their titles, and no tooltip.
    await expect.poll(() => chart('gradientNorm').querySelector('[data-readout]')?.textContent).toBe('1.000');
    expect(chart('metric-accuracy').querySelector('[data-readout]')?.textContent).toContain('%');
    expect(document.querySelectorAll('[data-tooltip]')).toHaveLength(1);
    pointer('loss', 'pointerout', 0.6);
    surface('loss').dispatchEvent(new FocusEvent('focusout', { bubbles: true }));
    await expect.poll(() => document.querySelectorAll('[data-tooltip], [data-readout]')).toHaveLength(0);
  });

  test('goes by keyboard, and is said', async () => {
    showRun(experiment, rows);
    await showPanel();
    await expect.poll(() => paths('loss')).toHaveLength(4);
    surface('loss').focus();
    await userEvent.keyboard('{End}{ArrowLeft}');
    await expect
      .poll(() => surface('loss').getAttribute('aria-valuetext'))
      .toBe('step 99: bottom right, train 1.520; top left, train 1.020');
    await userEvent.keyboard('{Escape}');
    expect(sharedCursor.get()).toBeNull();
  });
});

describe('zoom', () => {
  test('a drag zooms every chart, a double click shows all again', async () => {
    showRun(experiment, rows);
    const screen = await showPanel();
    await expect.poll(() => ticks('gradientNorm')).toContain('100');
    await userEvent.dragAndDrop(surface('loss'), surface('loss'), {
      sourcePosition: { x: 110, y: 40 },
      targetPosition: { x: 190, y: 60 },
    });
    await expect.poll(() => ticks('gradientNorm')).not.toContain('100');
    expect(ticks('gradientNorm')).toContain('40');
    await expect.element(screen.getByRole('button', { name: 'Show all' })).toBeVisible();
    surface('gradientNorm').dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    await expect.poll(() => ticks('loss')).toContain('100');
  });

  test('the axis is in epochs or seconds as well', async () => {
    showRun(experiment, rows, { totalSteps: 156 });
    const screen = await showPanel();
    await screen.getByText('Epoch').click();
    // 20,000 images in batches of 256: 78 steps an epoch, 156 steps two.
    await expect.poll(() => ticks('gradientNorm')).toContain('2');
    await screen.getByText('Seconds').click();
    await expect.poll(() => ticks('gradientNorm')).toContain('10');
  });
});

describe('smoothing', () => {
  test('draws the smoothed curve over the measured one, or only the measured one', async () => {
    showRun(experiment, rows);
    await showPanel();
    const raw = () => chart('loss').querySelectorAll('[data-drawing] > g > path');
    await expect.poll(() => paths('loss')).toHaveLength(4);
    expect(raw()).toHaveLength(0);
    const measured = paths('loss')[0];
    setView({ smoothing: 0.9 });
    await expect.poll(() => raw()).toHaveLength(2);
    expect(raw()[0]?.getAttribute('d')).toBe(measured);
    expect(paths('loss')[0]).not.toBe(measured);
  });
});

describe('numbers that are hard to draw', () => {
  test('zeros and negative values stay off a log axis', async () => {
    showRun(
      experiment,
      [0, -1, 1, 10, 0, 100].map((loss, i) => ({ step: i + 1, losses: [loss, 0] })),
    );
    setView({ logX: true, logY: true });
    await showPanel();
    await expect.poll(() => paths('loss')[0]).toMatch(/^M/);
    for (const path of paths('loss')) expect(path).not.toMatch(/NaN|Infinity/);
    expect(ticks('loss')).toEqual(expect.arrayContaining(['1', '10', '100']));
  });

  test('NaN is a gap, and is said', async () => {
    showRun(
      experiment,
      rows.map((row) => (row.step > 60 ? { ...row, losses: [Number.NaN, 1] } : row)),
    );
    await showPanel();
    await expect.poll(() => ticks('loss')).toContain('top left: not a number since step 61');
    expect(paths('loss')[0]).not.toContain('NaN');
  });

  test('100,000 points per curve are drawn with two per pixel', async () => {
    showRun(
      experiment,
      Array.from({ length: 100_000 }, (_, i) => ({
        step: i + 1,
        losses: [1 + Math.sin(i * 12.9898) / 2, 2 + Math.sin(i * 78.233) / 2],
        metrics: [0.5, 0.25],
      })),
    );
    setView({ smoothing: 0.9 });
    await showPanel();
    await expect.poll(() => paths('loss')[0]?.length ?? 0, { timeout: 20_000 }).toBeGreaterThan(0);
    const width = surface('loss').clientWidth;
    for (const path of chart('loss').querySelectorAll('path'))
      expect(path.getAttribute('d')?.split('L').length).toBeLessThanOrEqual(2 * width);
  });
});

describe('taking a chart away', () => {
  test('as CSV: the numbers of the run, all of them', async () => {
    showRun(experiment, rows, { validations });
    const [loss] = chartsOf(experiment);
    if (!loss) throw new Error('no chart');
    const file = await csvFile(readCurves(loss, new Set()).data, loss.title);
    const lines = (await file.text()).trimEnd().split('\n');
    expect(lines).toHaveLength(101);
    expect(lines[0]).toBe(
      'step,seconds,"top left, train","top left, validation","bottom right, train","bottom right, validation"',
    );
    expect(lines[1]?.split(',').map(Number)).toEqual([1, expect.closeTo(0.1, 9), 2, 0, 2.5, 0]);
    expect(lines[100]?.split(',').map(Number)).toEqual([
      100,
      10,
      expect.closeTo(1.01, 9),
      expect.closeTo(1.05, 9),
      expect.closeTo(1.51, 9),
      expect.closeTo(1.55, 9),
    ]);
  });

  test('as PNG: twice as large, in the colours of the tasks', async () => {
    showRun(experiment, rows, { validations });
    await showPanel();
    await expect.poll(() => paths('loss')).toHaveLength(4);
    const [loss] = chartsOf(experiment);
    if (!loss) throw new Error('no chart');
    const picture = await chartSvg(chart('loss'), loss, readCurves(loss, new Set()).data);
    expect(picture.querySelector('style')?.textContent).toContain('url(data:');
    expect(picture.outerHTML).not.toMatch(/var\(--|class=/);
    const image = await createImageBitmap(await pngFile(picture));
    expect(image.width).toBe(2 * Number(picture.getAttribute('width')));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context?.drawImage(image, 0, 0);
    const { data } = context?.getImageData(0, 0, image.width, image.height) ?? { data: [] };
    const count = ([r, g, b]: readonly [number, number, number]) => {
      let found = 0;
      for (let i = 0; i < data.length; i += 4)
        if (data[i] === r && data[i + 1] === g && data[i + 2] === b) found++;
      return found;
    };
    expect(count([0xc9, 0x6a, 0x00])).toBeGreaterThan(200);
    expect(count([0x00, 0x72, 0xb2])).toBeGreaterThan(200);
  });
});
