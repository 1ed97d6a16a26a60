/** Builds a laboratory with a process in it, says where, and waits to be killed: the test of what remains afterwards. */

import { createLab } from './lab.ts';

const lab = await createLab({ 'registry.allowed.example': '10.77.0.10' });
await lab.start('sleeper', ['sh', '-c', 'echo asleep; exec sleep 600'], /asleep/);
process.stdout.write(`${lab.dir}\n`);
