/** What a change would have turned. The judging runs beside the server, in the reader's worker. */

import type { Impact } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Reader } from '../decisions/reader.ts';
import { findRevision } from '../policy/store.ts';
import type { ImpactOf } from './judge-impact.ts';

export interface ImpactService {
  /** @throws ControlPlaneError UNAVAILABLE, NOT_FOUND for a revision that there is not */
  judge(organizationId: string, of: ImpactOf, hours: number): Promise<Impact>;
}

export interface ImpactDependencies {
  readonly db: Kysely<Database>;
  readonly reader: Reader;
  readonly clock: () => number;
  /** Brings the database up to what machines have reported. */
  readonly flush: () => Promise<void>;
}

export function createImpactService({ db, reader, clock, flush }: ImpactDependencies): ImpactService {
  return {
    judge: async (organizationId, of, hours) => {
      if (typeof of === 'object' && (await findRevision(db, organizationId, of.revision)) === undefined)
        throw new ControlPlaneError('NOT_FOUND', 'no such revision');
      await flush();
      return await reader.impact({ organizationId, of, hours, now: clock() });
    },
  };
}
