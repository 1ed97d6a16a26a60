/** What a change would have turned. The judging runs beside the server, in the reader's worker. */

import type { Impact } from '@pullgate/protocol';
import type { Reader } from '../decisions/reader.ts';
import type { ImpactRequest } from './judge-impact.ts';

export interface ImpactService {
  /** @throws ControlPlaneError UNAVAILABLE */
  judge(organizationId: string, of: ImpactRequest['of'], hours: number): Promise<Impact>;
}

export interface ImpactDependencies {
  readonly reader: Reader;
  readonly clock: () => number;
  /** Brings the database up to what machines have reported. */
  readonly flush: () => Promise<void>;
}

export function createImpactService({ reader, clock, flush }: ImpactDependencies): ImpactService {
  return {
    judge: async (organizationId, of, hours) => {
      await flush();
      return await reader.impact({ organizationId, of, hours, now: clock() });
    },
  };
}
