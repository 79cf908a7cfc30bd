/** How the panel's menus open, look and take the keyboard. */
import type { MenuProps } from '@mantine/core';

/** What the panel's menus have in common. Items take the focus themselves, so that screen readers start at the first. */
export const menuProps = {
  shadow: 'md',
  radius: 'lg',
  transitionProps: { duration: 0 },
  middlewares: { flip: true, shift: true, size: true },
  withInitialFocusPlaceholder: false,
  menuItemTabIndex: 0,
} satisfies MenuProps;
