/** Lets the engines of both machines trust the gateway, by the files that `pullgate agent install` writes as root. */

import { cpSync } from 'node:fs';
import type { Lab } from '../lab/lab.ts';
import { ALLOWED } from '../lab/names.ts';
import { AGENT_DIR, type Pullgate } from '../lab/pullgate.ts';

/** Environment of an engine that has a directory for each registry; Docker Hub's authority is trusted by environment. */
export const TRUST_ENV = { SSL_CERT_DIR: '/etc/ssl/certs:/etc/pullgate/trust/hub' } as const;
/** Environment of a command that knows no such directories. */
export const WHOLE_TRUST_ENV = {
  SSL_CERT_DIR: `${TRUST_ENV.SSL_CERT_DIR}:/etc/docker/certs.d/${ALLOWED}`,
} as const;

const DIRECTORIES = ['/etc/docker/certs.d', '/etc/containerd/certs.d', '/etc/pullgate/trust'];

/** @param guest stands behind the same agent, so that it gets the same files */
export async function trustGateway(pullgate: Pullgate, lab: Lab, guest: Lab | undefined): Promise<void> {
  await pullgate.must('agent', 'install', '--only', 'trust', '--data-dir', AGENT_DIR, '--yes');
  if (guest === undefined) return;
  for (const path of DIRECTORIES) cpSync(lab.path(path), guest.path(path), { recursive: true });
}
