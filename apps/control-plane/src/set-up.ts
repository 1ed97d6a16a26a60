/** Sets an organization up on a data directory while no server runs: organization, owner, token. */

import { SCOPES } from '@pullgate/protocol';
import type { ControlPlaneConfig } from './config.ts';
import { type Core, openCore } from './core.ts';
import type { Actor } from './features/activity/service.ts';

export interface SetUpRequest {
  /** Slug; also its name at first. */
  readonly organization: string;
  readonly name?: string;
  /** With a password: the owner can sign in at once. */
  readonly email?: string;
  readonly password?: string;
}

export interface SetUpResult {
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string };
  /** API token of the owner with all scopes, for the command line. */
  readonly token: string;
}

/** Changes made on the server itself, without any client. */
const here: Actor['from'] = { address: 'local' };
const TOKEN_LIFE_S = 365 * 86400;

export async function setUpOrganization(
  config: ControlPlaneConfig,
  request: SetUpRequest,
): Promise<SetUpResult> {
  const core = await openCore(config, () => config.publicUrl ?? 'http://localhost', Date.now);
  try {
    return await setUp(core, request);
  } finally {
    await core.close();
  }
}

async function setUp({ db, signIn, tokens, activity }: Core, request: SetUpRequest): Promise<SetUpResult> {
  const { organization: slug, email, password } = request;
  const name = request.name ?? 'Owner';
  const owner = await signIn.createUser({ email: email ?? `owner@${slug}.invalid`, name });
  if (email !== undefined && password !== undefined) {
    await signIn.setCredentials(owner.id, { email, name, password });
  }
  const { id } = await signIn.createOrganization({ slug, name: slug, ownerId: owner.id });
  const actor: Actor = { kind: 'user', id: owner.id, from: here };
  await db.transaction().execute(async (trx) => {
    await activity.log.append(trx, id, actor, {
      event: 'organization.created',
      target: { kind: 'organization', id },
      after: { slug, name: slug },
      text: `set up the organization ${slug}`,
    });
  });
  const { token = '' } = await tokens.service.create(id, { id: owner.id, name, scopes: SCOPES }, actor, {
    name: 'command line',
    scopes: [...SCOPES],
    expiresIn: TOKEN_LIFE_S,
  });
  return { organization: { id, slug, name: slug }, token };
}
