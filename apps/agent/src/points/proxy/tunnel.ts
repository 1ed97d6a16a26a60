/** Serves CONNECT: judge, dial, establish, relay. Leaves reading the request to connection.ts. */

import type { Socket } from 'node:net';
import type { ConnectRequest } from '@pullgate/wire';
import { judgeConnect, judgeRefusedAddress } from './query.ts';
import { answerAndClose, ESTABLISHED, encodeFailure, encodeRefusal } from './reply.ts';
import type { Services } from './services.ts';
import { selectUpstream } from './upstream.ts';

/** Serves one CONNECT to its end. `early` is what the client sent behind the head without waiting. */
export async function serveConnect(
  client: Socket,
  request: ConnectRequest,
  early: Uint8Array,
  services: Services,
): Promise<void> {
  const { decider, dialer, config, note } = services;
  const judgement = judgeConnect(decider, request);
  if (judgement.decision.effect === 'refuse') {
    note.judged(judgement);
    return answerAndClose(client, encodeRefusal(judgement));
  }
  const upstream = selectUpstream(config.upstream, 'https', request.target);
  const checked = await dialer.check(request.target, upstream);
  if (checked.kind === 'refused') {
    const refusal = judgeRefusedAddress(decider, request, judgement);
    note.judged(refusal);
    return answerAndClose(client, encodeRefusal(refusal));
  }
  note.judged(judgement);
  if (checked.kind !== 'checked') return fail(client, checked, services);
  const relay = services.relay.prepare();
  const direct = upstream === undefined && relay.onread !== undefined ? { onread: relay.onread } : {};
  const dialled = await dialer.connect(checked, { tunnel: true, signal: services.stopped, ...direct });
  if (dialled.kind !== 'connected') return fail(client, dialled, services);
  const toClient = Buffer.concat([ESTABLISHED, dialled.early]);
  await note.tunnel(() => relay.run({ client, target: dialled.socket, toClient, toTarget: early }));
}

function fail(
  client: Socket,
  failure: { kind: string; status?: number; message?: string },
  services: Services,
): void {
  const { kind, status = 502, message = 'the target could not be reached' } = failure;
  services.note.failed(kind, message);
  answerAndClose(client, encodeFailure({ status, message }));
}
