/** An agent as a process of its own, meant to be killed, or stopped by SIGTERM. Argument: its data directory. Says `started`. */

import { pino } from 'pino';
import { runAgent } from '../src/index.ts';

const agent = await runAgent({
  dataDir: process.argv[2] ?? '',
  proxyListen: '127.0.0.1:0',
  log: pino({ level: 'silent' }),
});
process.once('SIGTERM', () => void agent.stop());
process.stdout.write('started\n');
