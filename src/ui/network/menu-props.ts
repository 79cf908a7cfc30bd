/** What the panel's menus add to the theme's: they open at once, and a long one shrinks to the room there is. */
import type { MenuProps } from '@mantine/core';

export const menuProps = {
  transitionProps: { duration: 0 },
  middlewares: { flip: true, shift: true, size: true },
} satisfies MenuProps;
