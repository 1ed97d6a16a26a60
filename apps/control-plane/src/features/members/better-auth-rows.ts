/** Rows of better-auth's members and teams, written through its own adapter. Call inside `signIn.within`. */

import { getCurrentAdapter } from '@better-auth/core/context';
import type { Auth } from '../../sign-in/sign-in.ts';

export type RowWriter = Awaited<ReturnType<typeof writer>>;

/** The adapter that is in the transaction of `signIn.within`. */
export async function writer(auth: Auth) {
  return await getCurrentAdapter((await auth.$context).adapter);
}

export async function joinTeam(rows: RowWriter, teamId: string, userId: string): Promise<void> {
  const data = { teamId, userId, createdAt: new Date() };
  await rows.create({ model: 'teamMember', data });
  await recount(rows, teamId);
}

export async function leaveTeam(rows: RowWriter, teamId: string, userId: string): Promise<void> {
  await rows.deleteMany({
    model: 'teamMember',
    where: [
      { field: 'teamId', value: teamId },
      { field: 'userId', value: userId },
    ],
  });
  await recount(rows, teamId);
}

/** better-auth keeps the number of members beside each team. */
async function recount(rows: RowWriter, teamId: string): Promise<void> {
  const memberCount = await rows.count({ model: 'teamMember', where: [{ field: 'teamId', value: teamId }] });
  await rows.update({ model: 'team', where: [{ field: 'id', value: teamId }], update: { memberCount } });
}
