/** The modes as segments of a switch, from the laxest to the strictest. */

import { texts } from '../../texts/texts.ts';
import type { Mode } from './denials.ts';

const MODES: readonly Mode[] = ['off', 'observe', 'enforce'];

export const MODE_OPTIONS = MODES.map((value) => ({ value, label: texts.registryAccess.mode.names[value] }));
