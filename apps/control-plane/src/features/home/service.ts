/** What the first page shows to whom. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { HomeOrganization } from '../../pages/home-page.ts';
import type { SessionUser, SignIn } from '../../sign-in/sign-in.ts';
import { listInForce } from './store.ts';

export interface HomeService {
  person(headers: Headers): Promise<SessionUser | undefined>;
  /** Modes and revisions are shown to those who may read the policy. */
  organizations(userId: string): Promise<readonly HomeOrganization[]>;
}

export interface HomeDependencies {
  readonly db: Kysely<Database>;
  readonly signIn: SignIn;
}

export function createHomeService({ db, signIn }: HomeDependencies): HomeService {
  return {
    person: (headers) => signIn.session(headers),
    async organizations(userId) {
      const rows = await listInForce(db, userId);
      return rows.map(({ mode, revision, ...rest }) =>
        rest.role === 'member' ? rest : { ...rest, mode, revision },
      );
    },
  };
}
