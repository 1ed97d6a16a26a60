/** The `pullgate` command: arguments in, exit code out. Prints every error in one shape. */

import { enableCompileCache } from 'node:module';

enableCompileCache();
const { run } = await import('./run.ts');
process.exitCode = await run(process.argv.slice(2));
