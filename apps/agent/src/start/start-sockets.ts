/** Starts what the users of this machine ask the agent by: its two sockets, and the page, which may be off. */

import type { LocalStatus } from '@pullgate/protocol';
import { startLocalPage } from '../local-page/local-page.ts';
import { startLocalServer } from '../sockets/local-server.ts';
import { type LocalServices, toAdminRoutes, toAgentRoutes } from '../sockets/routes.ts';
import type { Base } from './base.ts';

export async function startSockets({ config, log, started }: Base, services: LocalServices): Promise<void> {
  const { paths } = config;
  const ownUid = process.getuid?.();
  const common = { log: log.child({ component: 'sockets' }) };
  const admin = await startLocalServer({
    ...common,
    path: paths.adminSocket,
    mode: 0o600,
    routes: toAdminRoutes(services),
    admits: (uid) => uid === undefined || uid === 0 || uid === ownUid,
  });
  started.defer(() => admin.stop());
  const agent = await startLocalServer({
    ...common,
    path: paths.agentSocket,
    mode: 0o666,
    routes: toAgentRoutes(services),
    admits: () => true,
  });
  started.defer(() => agent.stop());
}

export async function startPage({ config, log, started }: Base, status: () => LocalStatus): Promise<void> {
  const page = await startLocalPage({
    listen: config.localPageListen,
    status,
    log: log.child({ component: 'local-page' }),
  });
  started.defer(() => page.stop());
}
