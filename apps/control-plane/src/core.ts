/** What a server and the commands on a stopped server share: the open data directory, and the features that both need. */

import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { type ControlPlaneConfig, isLoopbackHost } from './config.ts';
import { openDatabase } from './database/open.ts';
import type { Database } from './database/schema.ts';
import { createActivity } from './features/activity/create.ts';
import { createTokens } from './features/tokens/create.ts';
import { createPeopleChanges, type PeopleChanges } from './people-changes.ts';
import { loadSecret } from './sign-in/secret.ts';
import { createSignIn, type SignIn } from './sign-in/sign-in.ts';

export interface Core {
  readonly db: Kysely<Database>;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly signIn: SignIn;
  readonly activity: ReturnType<typeof createActivity>;
  readonly tokens: ReturnType<typeof createTokens>;
  readonly peopleChanges: PeopleChanges;
  close(): Promise<void>;
}

/** @throws ControlPlaneError DATA_DIR_IN_USE, DATA_DIR_NEWER */
export async function openCore(
  config: ControlPlaneConfig,
  publicUrl: () => string,
  clock: () => number,
  onListenerError: (error: unknown) => void = () => undefined,
): Promise<Core> {
  const { db, close } = await openDatabase(config.dataDir);
  const newId = randomUUID;
  const signIn = createSignIn({
    db,
    secret: loadSecret(config.dataDir),
    publicUrl,
    trustedOrigins: () => trustedOrigins(config, publicUrl()),
  });
  const activity = createActivity({ db, clock, newId });
  const peopleChanges = createPeopleChanges(onListenerError);
  const onRevoked = (userId: string) => peopleChanges.publish({ userIds: [userId] });
  const tokens = createTokens({ db, clock, newId, activity: activity.log, onRevoked });
  return { db, clock, newId, signIn, activity, tokens, peopleChanges, close };
}

/** The public origin and, where the server is reached on this machine, its other names there. */
export function trustedOrigins({ listen }: ControlPlaneConfig, publicUrl: string): readonly string[] {
  const { protocol, port } = new URL(publicUrl);
  if (!isLoopbackHost(listen.host)) return [publicUrl];
  const suffix = port === '' ? '' : `:${port}`;
  return [publicUrl, ...['localhost', '127.0.0.1', '[::1]'].map((host) => `${protocol}//${host}${suffix}`)];
}
