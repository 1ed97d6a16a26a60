/** The style sheet of the server-rendered pages, which stands in `pages.css`. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const STYLE = readFileSync(join(import.meta.dirname, 'pages.css'), 'utf8');
