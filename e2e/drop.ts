/** Dropping files and folders of the disk on the page as a hand does: the page gets a true DataTransfer with directory entries. */
import type { Page } from '@playwright/test';

/** Drops files and folders, by absolute paths, in the middle of the page. */
export async function dropPaths(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 500, y: 400, data });
  await session.detach();
}
