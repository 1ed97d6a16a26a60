/** `docker pull` relayed by the proxy. Arguments and output as measure-pulls.ts says. */

import { measurePulls } from './measure-pulls.ts';

await measurePulls({ name: 'docker-pull', isInspected: false, goal: 1.05 });
