/** Mantine dressed in the tokens of tokens.css: sizes, colours, and how its components start out. */
import {
  Button,
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  Menu,
  Modal,
  NativeSelect,
  Popover,
  Switch,
  TextInput,
  Tooltip,
} from '@mantine/core';

/** Only shade 6 (light) and 4 (dark) are seen; the resolver below puts the tokens in their place. */
const accent: MantineColorsTuple = [
  '#eaf1fe',
  '#d3e2fd',
  '#a9c7fb',
  '#8ab6fd',
  '#6ea8fe',
  '#3f7fe8',
  '#1f5fd6',
  '#1b54bd',
  '#17479f',
  '#123a83',
];

/** What floats is put into the header, so that it is inside a landmark, as everything on screen must be. */
const floating = { target: '#floating' };

export const theme = createTheme({
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '14px', xl: '16px' },
  lineHeights: { xs: '1.4', sm: '1.4', md: '1.4', lg: '1.4', xl: '1.4' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '4px', sm: '6px', md: '7px', lg: '9px', xl: '11px' },
  defaultRadius: 'md',
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 4 },
  colors: { accent },
  shadows: {
    xs: 'none',
    sm: 'none',
    md: 'var(--shadow-over)',
    lg: 'var(--shadow-over)',
    xl: 'var(--shadow-over)',
  },
  headings: { fontFamily: 'var(--sans)', fontWeight: '600' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: Button.extend({
      defaultProps: { size: 'sm', variant: 'default' },
      vars: (_theme, { variant }) => ({
        root: {
          '--button-height': '32px',
          '--button-padding-x': '11px',
          '--button-fz': '13px',
          ...(variant === 'filled' ? { '--button-color': 'var(--accent-ink)' } : {}),
        },
      }),
      styles: { root: { fontWeight: 500 } },
    }),
    NativeSelect: NativeSelect.extend({ defaultProps: { size: 'xs' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    Switch: Switch.extend({ defaultProps: { size: 'xs', withThumbIndicator: false } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 350,
        events: { hover: true, focus: true, touch: false },
        portalProps: floating,
      },
    }),
    Menu: Menu.extend({
      // Items take the focus themselves, so that screen readers start at the first.
      defaultProps: {
        shadow: 'md',
        radius: 'lg',
        withInitialFocusPlaceholder: false,
        menuItemTabIndex: 0,
        portalProps: floating,
      },
    }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md', radius: 'lg' } }),
    Modal: Modal.extend({
      defaultProps: {
        radius: 'xl',
        centered: true,
        overlayProps: { backgroundOpacity: 0.35 },
        attributes: { header: { role: 'presentation' } },
      },
    }),
  },
});

const tokens: Readonly<Record<string, string>> = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-soft)',
  '--mantine-color-placeholder': 'var(--ink-faint)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-error': 'var(--danger)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--surface-sunken)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--line)',
  '--mantine-color-disabled': 'var(--surface-sunken)',
  '--mantine-color-disabled-color': 'var(--ink-faint)',
  '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-filled-hover': 'var(--accent-hover)',
  '--mantine-primary-color-contrast': 'var(--accent-ink)',
  '--mantine-color-accent-filled': 'var(--accent)',
  '--mantine-color-accent-filled-hover': 'var(--accent-hover)',
};

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: tokens, dark: tokens });
