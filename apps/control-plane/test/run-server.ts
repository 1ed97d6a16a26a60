/** A server in a process of its own, for tests that kill it: prints its URL and serves the data directory given. */

import { parseControlPlaneConfig } from '../src/config.ts';
import { startControlPlane } from '../src/start.ts';

const [, , dataDir] = process.argv;
const plane = await startControlPlane(
  parseControlPlaneConfig({ dataDir, listen: '127.0.0.1:0', logLevel: 'silent' }),
);
process.stdout.write(`${plane.url}\n`);
