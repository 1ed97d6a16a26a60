/** Opens an interactive shell, or runs one command, in a fresh laboratory, and removes the laboratory afterwards. */

import { configureEngines, startContainerd, startDockerd } from './engines.ts';
import { ACCOUNT, ADDRESSES } from './names.ts';
import { findObstacle } from './requirements.ts';
import { createTown } from './town.ts';

const obstacle = findObstacle();
if (obstacle !== undefined) {
  process.stderr.write(`no laboratory on this machine: ${obstacle}\n`);
  process.exit(1);
}
const command = process.argv.slice(2);
// The interrupt key is for the shell inside.
process.on('SIGINT', () => undefined);
const { lab, image } = await createTown();
try {
  configureEngines(lab);
  await startContainerd(lab);
  await startDockerd(lab);
  process.stderr.write(`Laboratory in ${lab.dir}; it goes when this shell ends.
Names: ${Object.keys(ADDRESSES).join(' ')}
Every registry holds team/app:1 (${image.digest}). Sign in as ${ACCOUNT.name} with ${ACCOUNT.password}.
Engines run without a proxy: set HTTPS_PROXY, or wire them with pullgate agent install.
`);
  process.exitCode = await lab.attach(command.length > 0 ? command : ['bash', '--norc']);
} finally {
  await lab.close();
}
