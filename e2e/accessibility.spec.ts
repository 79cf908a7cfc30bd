/** axe finds nothing on any panel, in light and dark, wide and narrow; nothing leaves the page's own host. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { open, smallExperiment, trainToEnd } from './page.ts';

async function check(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`,
  );
  expect(found, where).toEqual([]);
}

const tabs = ['Curves', 'Predictions', 'Evaluation', 'Try it'];

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });

    test('every panel, before and after training', async ({ page }) => {
      const hosts = new Set<string>();
      page.on('request', (request) => hosts.add(new URL(request.url()).host));
      const experiment = smallExperiment({ length: { unit: 'steps', count: 10 } });
      // A method that looks at gradients fills the views of conflicts.
      await open(page, { ...experiment, strategy: { ...experiment.strategy, kind: 'pcgrad' } });
      await check(page, 'at the start');
      await page.getByRole('button', { name: 'Conv 5×5, output 32 by 32 by 10, 260 parameters' }).click();
      await check(page, 'with a layer selected');
      await trainToEnd(page);
      for (const tab of tabs) {
        await page.getByRole('tab', { name: tab }).click();
        await check(page, tab);
      }
      await page.getByRole('tab', { name: 'Conflicts' }).click();
      for (const view of ['Over time', 'By layer', 'What if']) {
        await page.getByRole('radiogroup', { name: 'Conflicts' }).getByText(view, { exact: true }).click();
        await check(page, `Conflicts, ${view}`);
      }
      await expect(page.getByRole('radio', { name: 'What if' })).toBeChecked();
      await page.getByRole('button', { name: 'Change' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await check(page, 'choosing data');
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog')).toBeVisible();
      await check(page, 'shortcuts');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Engine details' }).click();
      await expect(page.getByRole('dialog').getByRole('table')).toContainText('correlate');
      await check(page, 'engine details');
      expect([...hosts].filter((host) => host !== new URL(page.url()).host && host !== '')).toEqual([]);
    });

    for (const width of [1024, 390]) {
      test(`${width} pixels wide`, async ({ page }) => {
        await page.setViewportSize({ width, height: width === 390 ? 844 : 768 });
        await page.goto('./');
        await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
        await check(page, `${width} px`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, 'nothing to scroll sideways').toBeLessThanOrEqual(0);
      });
    }
  });
}
