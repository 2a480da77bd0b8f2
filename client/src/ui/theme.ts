import {
  ActionIcon,
  Button,
  Checkbox,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  Menu,
  Modal,
  Tooltip,
  type VariantColorsResolver,
} from "@mantine/core";

/** Ink and paper. Colour is kept for one thing: the state of a connection. */
const ink: MantineColorsTuple = [
  "#f5f6f3",
  "#e9ebe6",
  "#d6d9d2",
  "#b4b9b1",
  "#8d938d",
  "#676d69",
  "#4d5350",
  "#353a38",
  "#232726",
  "#17191a",
];

const dark: MantineColorsTuple = [
  "#e6e8e3",
  "#b6bcb7",
  "#9aa19c",
  "#646b68",
  "#3d4443",
  "#2b3031",
  "#1d2122",
  "#151819",
  "#0f1112",
  "#0a0b0c",
];

const SANS =
  '-apple-system, "SF Pro Text", "Segoe UI Variable Text", "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif';
const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "Liberation Mono", monospace';

/** Mantine chooses the text on a filled button for the light scheme; ink turns over with the scheme. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const isInk = input.color === undefined || input.color === "ink";
  return input.variant === "filled" && isInk ? { ...colors, color: "var(--pb-on-ink)" } : colors;
};

export const theme = createTheme({
  variantColorResolver,
  colors: { ink, gray: ink, dark },
  primaryColor: "ink",
  primaryShade: { light: 9, dark: 1 },
  autoContrast: true,
  black: "#17191a",
  white: "#ffffff",
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  headings: { fontFamily: SANS, fontWeight: "650" },
  defaultRadius: "md",
  radius: { xs: "4px", sm: "6px", md: "9px", lg: "14px", xl: "20px" },
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: "sm" }, styles: { root: { fontWeight: 600 } } }),
    // Ink turns over with the scheme, and its tick with it.
    Checkbox: Checkbox.extend({ defaultProps: { iconColor: "var(--pb-on-ink)" } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "default", size: 36 } }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 250, withArrow: true, events: { hover: true, focus: true, touch: false } },
    }),
    Menu: Menu.extend({
      defaultProps: { shadow: "lg", radius: "md", transitionProps: { duration: 120 }, withInitialFocusPlaceholder: false },
    }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        radius: "lg",
        padding: "lg",
        overlayProps: { backgroundOpacity: 0.4, blur: 2 },
        transitionProps: { transition: "pop", duration: 140 },
        closeButtonProps: { "aria-label": "Close" },
      },
      styles: { title: { fontSize: 19, fontWeight: 670, letterSpacing: "-0.02em", overflowWrap: "anywhere" } },
    }),
    Drawer: Drawer.extend({ defaultProps: { closeButtonProps: { "aria-label": "Close" } } }),
  },
});

/** Mantine's own variables, pointed at the tokens of theme.css. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--pb-surface)",
    "--mantine-color-text": "var(--pb-ink)",
    "--mantine-color-dimmed": "var(--pb-ink-2)",
    "--mantine-color-placeholder": "var(--pb-ink-3)",
    "--mantine-color-default": "var(--pb-raised)",
    "--mantine-color-default-hover": "var(--pb-hover)",
    "--mantine-color-default-border": "var(--pb-line-strong)",
    "--mantine-color-default-color": "var(--pb-ink)",
    "--mantine-color-error": "var(--pb-red)",
    "--mantine-color-anchor": "var(--pb-ink)",
  };
  return { variables: {}, light: shared, dark: shared };
};
