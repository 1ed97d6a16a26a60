/** The modes as segments of a switch, from the laxest to the strictest. */

import { registryAccessTexts } from '#texts/registry-access.ts';
import type { Mode } from './denials.ts';

const MODES: readonly Mode[] = ['off', 'observe', 'enforce'];

export const MODE_OPTIONS = MODES.map((value) => ({ value, label: registryAccessTexts.mode.names[value] }));
