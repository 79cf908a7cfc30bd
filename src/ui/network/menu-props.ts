/** What the panel's menus add to the theme's: they open at once, and a long one shrinks to the room there is. */
import type { MenuProps } from '@mantine/core';

/** Px; what is longer scrolls. */
const tallest = 440;

export const menuProps = {
  transitionProps: { duration: 0 },
  middlewares: {
    flip: true,
    shift: true,
    size: {
      padding: 8,
      apply({ availableHeight, elements }) {
        elements.floating.style.maxHeight = `${Math.min(tallest, availableHeight)}px`;
      },
    },
  },
} satisfies MenuProps;
