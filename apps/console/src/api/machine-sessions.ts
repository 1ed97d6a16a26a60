/** Who is signed in on machines, and the end of it. */

import { useChange } from './change.ts';
import { answerOf, api, type Schemas } from './client.ts';
import { useListing } from './listing.ts';
import { useOrganization } from './session.ts';

export type MachineSession = Schemas['MachineSession'];
/** Of a person, of a machine: by their ids. */
export interface MachineSessionFilter {
  readonly person?: string;
  readonly machine?: string;
}

export function useMachineSessions(filter: MachineSessionFilter) {
  const { slug } = useOrganization();
  return useListing<MachineSession>(['machine-sessions', slug, filter], (cursor, signal) =>
    answerOf(
      api.GET('/api/v1/organizations/{organization}/machine-sessions', {
        params: {
          path: { organization: slug },
          query: { ...filter, ...(cursor === undefined ? {} : { cursor }) },
        },
        signal,
      }),
    ),
  );
}

export function useEndMachineSession() {
  const { slug } = useOrganization();
  return useChange(
    [
      ['machine-sessions', slug],
      ['machines', slug],
    ],
    (id: string) =>
      answerOf(
        api.DELETE('/api/v1/organizations/{organization}/machine-sessions/{id}', {
          params: { path: { organization: slug, id } },
        }),
      ),
  );
}
