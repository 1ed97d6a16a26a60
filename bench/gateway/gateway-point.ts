/** The process that is measured: with compiled modules kept, as the agent's own process keeps them. Arguments as of start-gateway.ts. */

import { enableCompileCache, flushCompileCache } from 'node:module';

enableCompileCache();
await import('./start-gateway.ts');
flushCompileCache();
