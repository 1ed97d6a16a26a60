/** The `pullgate` command as a process: arguments in, exit code out. Leaves what happens between to `run.ts`. */

import { enableCompileCache } from 'node:module';

enableCompileCache();
const [first, ...rest] = process.argv.slice(2);

if (first === '__child') {
  const { runChild } = await import('./up/child.ts');
  await runChild(rest[0] ?? '');
} else {
  const { createProcessContext, run } = await import('./run.ts');
  // `pullgate … | head` closes stdout early; that is no failure
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.exitCode = await run(process.argv.slice(2), createProcessContext());
}
