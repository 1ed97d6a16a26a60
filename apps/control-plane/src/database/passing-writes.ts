/** Which writes a power cut may take back: steps of a sign-in under way, which its person would then do again. Everything else is kept for sure. */

import {
  InsertQueryNode,
  type OperationNode,
  type RootOperationNode,
  TableNode,
  UpdateQueryNode,
} from 'kysely';

/**
 * Nothing that ends a session or a code: it must not come back. Nothing that is answered to a machine or an owner as done.
 * A session that a machine stands on is kept for sure with the row that binds the two.
 */
const PASSING: Readonly<Record<string, readonly OperationNode['kind'][]>> = {
  session: ['InsertQueryNode'],
  deviceCode: ['InsertQueryNode', 'UpdateQueryNode'],
  device_requests: ['InsertQueryNode'],
};

export function isPassingWrite(query: RootOperationNode): boolean {
  const table = tableOf(query);
  return table !== undefined && PASSING[table]?.includes(query.kind) === true;
}

function tableOf(query: RootOperationNode): string | undefined {
  const node = InsertQueryNode.is(query) ? query.into : UpdateQueryNode.is(query) ? query.table : undefined;
  return node !== undefined && TableNode.is(node) ? node.table.identifier.name : undefined;
}
