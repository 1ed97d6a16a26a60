/** SQL of device sign-in: where codes were asked for, and what became of them. Codes themselves are better-auth's to write. */

import type { Kysely } from 'kysely';
import type { DeviceRequestsTable } from '../../database/people-schema.ts';
import type { Database } from '../../database/schema.ts';

export async function insertRequest(db: Kysely<Database>, row: DeviceRequestsTable): Promise<void> {
  await db.insertInto('device_requests').values(row).execute();
}

export async function findRequest(
  db: Kysely<Database>,
  userCode: string,
): Promise<DeviceRequestsTable | undefined> {
  return await db
    .selectFrom('device_requests')
    .selectAll()
    .where('user_code', '=', userCode)
    .executeTakeFirst();
}

/** What better-auth keeps of a code; nothing once the device has taken its session. */
export async function findCode(
  db: Kysely<Database>,
  userCode: string,
): Promise<{ readonly status: string; readonly userId: string | null } | undefined> {
  return await db
    .selectFrom('deviceCode')
    .select(['status', 'userId'])
    .where('userCode', '=', userCode)
    .executeTakeFirst();
}

export async function purgeRequests(db: Kysely<Database>, before: number): Promise<void> {
  await db.deleteFrom('device_requests').where('created_at', '<', before).execute();
}

/** Whether the person is a member of any organization, and not deactivated there. */
export async function isActiveSomewhere(db: Kysely<Database>, userId: string): Promise<boolean> {
  const found = await db
    .selectFrom('member')
    .select('id')
    .where('userId', '=', userId)
    .where('deactivatedAt', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
