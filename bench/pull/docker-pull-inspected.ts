/** `docker pull` inspected by the gateway. Arguments and output as measure-pulls.ts says. */

import { measurePulls } from './measure-pulls.ts';

await measurePulls({ name: 'docker-pull-inspected', isInspected: true, goal: 1.1 });
