/** Colours and proportions of the console, the same as those of the sign-in pages. Every pair is checked for contrast by the axe tests. */

import { createTheme, type MantineColorsTuple } from '@mantine/core';

const gate: MantineColorsTuple = [
  '#eef8f4',
  '#d8ece5',
  '#aedacb',
  '#81c7b0',
  '#5db799',
  '#45ac8a',
  '#37967a',
  '#1f7761',
  '#1f5f4f',
  '#123f34',
];
/** Greys of the dark scheme, a little blue. */
const dark: MantineColorsTuple = [
  '#e8eaee',
  '#c9ced8',
  '#a3abb9',
  '#7d8798',
  '#4a525f',
  '#343a44',
  '#272d35',
  '#1c2026',
  '#14171b',
  '#0e1013',
];

export const theme = createTheme({
  primaryColor: 'gate',
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  colors: { gate, dark },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Code", "JetBrains Mono", Menlo, Consolas, monospace',
  headings: { fontWeight: '650', textWrap: 'balance' },
  cursorType: 'pointer',
  respectReducedMotion: true,
});
