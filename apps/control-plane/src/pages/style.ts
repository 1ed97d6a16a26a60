/** The style sheet of the server-rendered pages, which stands in `pages.css`. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const STYLE = readFileSync(join(import.meta.dirname, 'pages.css'), 'utf8');
/** Named after its content, so that browsers keep it and still have the new one after an upgrade. */
export const STYLE_PATH = `/assets/pullgate-${createHash('sha256').update(STYLE).digest('hex').slice(0, 12)}.css`;
