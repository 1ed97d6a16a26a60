/** Colours and proportions of the console, the same as those of the sign-in pages. Every pair is checked for contrast by the axe tests. */

import { createTheme, type MantineColorsTuple } from '@mantine/core';
import { commonTexts } from '#texts/common.ts';

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

/** What would be denied, what waits. Dark enough in shade 7 to be read on its own light paper. */
const amber: MantineColorsTuple = [
  '#fff6e3',
  '#fbe8c3',
  '#f6d592',
  '#f0c274',
  '#e0a84a',
  '#c98d2a',
  '#a87010',
  '#7d5200',
  '#5f3f00',
  '#402a00',
];
/** What is denied or destroys. */
const red: MantineColorsTuple = [
  '#fdf0f0',
  '#fadcda',
  '#ffb4ab',
  '#ff9d92',
  '#f0756a',
  '#dc4c41',
  '#c9352b',
  '#a8211a',
  '#8a1a14',
  '#5f100c',
];

export const theme = createTheme({
  primaryColor: 'gate',
  // White text on it has a contrast of 5.4 : 1 in both schemes.
  primaryShade: 7,
  autoContrast: true,
  luminanceThreshold: 0.35,
  colors: { gate, dark, amber, red },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Code", "JetBrains Mono", Menlo, Consolas, monospace',
  headings: { fontWeight: '650', textWrap: 'balance' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Their close buttons are signs alone.
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': commonTexts.close } } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': commonTexts.close } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': commonTexts.close } } },
  },
});
