/** What the panel's menus have in common. Items take the focus themselves, so that screen readers start at the first. */
export const menuProps = {
  shadow: 'md',
  radius: 'lg',
  transitionProps: { duration: 0 },
  withInitialFocusPlaceholder: false,
  menuItemTabIndex: 0,
} as const;
