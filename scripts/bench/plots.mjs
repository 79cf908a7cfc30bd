// @ts-check
/**
 * `npm run bench -- plots [COUNT]`: the window that compares runs, over a storage with hundreds of them: how long their curves
 * take to be read and drawn, and whether the page is ever held up while one points, zooms, smooths and filters.
 */
import { measured } from './runs.mjs';

/**
 * Waits until every chart that is drawn has a picture of so many lines, and a newer one than is noted.
 * @param {import('playwright').Page} tab
 * @param {number} lines
 */
async function drawn(tab, lines) {
  await tab.waitForFunction(
    (wanted) => {
      const found = /** @type {any} */ (globalThis);
      const charts = [...document.querySelectorAll('[role=dialog] [data-chart]')];
      return (
        charts.length > 0 &&
        charts.every((chart) => {
          const { lines: all, pictures = '0' } = chart.querySelector('canvas')?.dataset ?? {};
          const before = found.pictures?.[chart.getAttribute('data-chart') ?? ''] ?? 0;
          return all === String(wanted) && Number(pictures) > before;
        })
      );
    },
    lines,
    { polling: 100, timeout: 300_000 },
  );
}

/** Notes how many pictures every chart has had. @param {import('playwright').Page} tab */
const note = (tab) =>
  tab.evaluate(() => {
    const found = /** @type {any} */ (globalThis);
    found.pictures = Object.fromEntries(
      [...document.querySelectorAll('[role=dialog] [data-chart]')].map((chart) => [
        chart.getAttribute('data-chart'),
        Number(chart.querySelector('canvas')?.dataset['pictures'] ?? 0),
      ]),
    );
  });

/**
 * @param {import('playwright').Page} tab
 * @param {number} count
 */
export async function measurePlots(tab, count) {
  const dialog = tab.getByRole('dialog', { name: 'Compare runs' });
  const ids = Array.from({ length: count }, (_, run) => `bench-${run}`).join(',');
  const opened = await measured(
    tab,
    `reading and drawing ${count} runs, until all charts in view are there`,
    async () => {
      const start = Date.now(); // the page's own clock begins anew
      await tab.goto(`${tab.url().split(/[?#]/)[0]}?compare=${ids}`);
      await drawn(tab, count);
      return Date.now() - start;
    },
  );
  const surface = dialog.locator('[data-chart]').first().getByRole('slider'); // smoothing is a slider, too
  const box = await surface.boundingBox();
  if (!box) throw new Error('The first chart has no place.');
  const at = (/** @type {number} */ share) => tab.mouse.move(box.x + box.width * share, box.y + 80);
  const away = () => tab.mouse.move(2, 2);
  const drag = async () => {
    await at(0.5);
    await tab.mouse.down();
    await at(0.55);
    await at(0.6);
    await tab.mouse.up();
    await away();
  };
  const anew = async (/** @type {() => Promise<unknown>} */ act) => {
    await note(tab);
    await act();
    await drawn(tab, count);
  };
  const showAll = () => anew(() => dialog.getByRole('button', { name: 'Show all' }).click());
  const axis = (/** @type {string} */ name) => () =>
    anew(() => dialog.getByText(name, { exact: true }).first().click());
  const filter = dialog.getByRole('textbox', { name: 'Filter runs' });
  return [
    opened,
    await measured(
      tab,
      'pointing at 20 places of a chart',
      async () => {
        for (let place = 0; place < 20; place++) await at(0.2 + place * 0.03);
      },
      away,
    ),
    await measured(tab, 'zooming all charts to a tenth', () => anew(drag), showAll),
    await measured(tab, 'by seconds instead of steps', axis('Seconds'), axis('Step')),
    await measured(
      tab,
      `typing “v${count - 1}x” into the list of runs`,
      async () => {
        await filter.pressSequentially(`v${count - 1}x`);
        await dialog.getByText('All 1 found').waitFor();
      },
      () => filter.fill(''),
    ),
  ];
}
