/** Serves CONNECT: judge, dial, establish, relay, as long as the judgement holds. Leaves reading the request to connection.ts. */

import type { Socket } from 'node:net';
import type { RegistryHost } from '@pullgate/reference';
import type { ConnectRequest } from '@pullgate/wire';
import { selectUpstream } from '../../egress/upstream.ts';
import { type ConnectJudgement, type Judgement, judgeConnect, judgeRefusedAddress } from './query.ts';
import { answerAndClose, ESTABLISHED, encodeFailure, encodeRefusal } from './reply.ts';
import type { Services } from './services.ts';

/** Serves one CONNECT to its end. `early` is what the client sent behind the head without waiting. */
export async function serveConnect(
  client: Socket,
  request: ConnectRequest,
  early: Uint8Array,
  services: Services,
): Promise<void> {
  const { decider, dialer, config, note } = services;
  const judgement = await judgeTunnel(request, services);
  if (judgement.decision.effect === 'refuse') return refuse(client, judgement, services);
  if (judgement.inspected !== undefined)
    return await handOver(client, request, early, judgement.inspected, services);
  const upstream = selectUpstream(config.upstream, 'https', request.target);
  const checked = await dialer.check(request.target, upstream);
  if (checked.kind === 'refused')
    return refuse(client, judgeRefusedAddress(decider, request, judgement), services);
  note.judged(judgement);
  if (checked.kind !== 'checked') return fail(client, checked, services);
  const relay = services.relay.prepare();
  const direct = upstream === undefined && relay.onread !== undefined ? { onread: relay.onread } : {};
  const dialled = await dialer.connect(checked, { tunnel: true, signal: services.stopped, ...direct });
  if (dialled.kind !== 'connected') return fail(client, dialled, services);
  const judge = (): Judgement =>
    dialer.mayReach(checked)
      ? judgeUnseen(request, services)
      : judgeRefusedAddress(decider, request, judgement);
  // What allowed it may have changed while it was dialled.
  const latest = judge();
  if (latest.decision.effect === 'refuse') {
    dialled.socket.destroy();
    return refuse(client, latest, services);
  }
  const tunnel = {
    client,
    target: dialled.socket,
    toClient: Buffer.concat([ESTABLISHED, dialled.early]),
    toTarget: early,
  };
  const run = (cut: AbortSignal): Promise<void> => note.tunnel(() => relay.run({ ...tunnel, cut }));
  await services.open.hold({ judge, ended: note.ended }, run);
}

/** A host that only `urls.default` opens is asked first whether it is a registry; what it is remembered as is judged at once. */
async function judgeTunnel(request: ConnectRequest, services: Services): Promise<ConnectJudgement> {
  const { decider, inspection, recognizer, uid } = services;
  const { target } = request;
  const judge = (): ConnectJudgement =>
    judgeConnect(decider, request, {
      isCovered: inspection?.covers(target, uid) === true,
      isRecognized: recognizer.knows(target),
    });
  const first = judge();
  if (first.isUnrecognized !== true) return first;
  await recognizer.isRegistry(target);
  // The policy may have changed meanwhile.
  return judge();
}

/** A tunnel that is relayed stays unseen, also when a certificate for its host comes later. */
function judgeUnseen(request: ConnectRequest, { decider, recognizer }: Services): Judgement {
  return judgeConnect(decider, request, { isRecognized: recognizer.knows(request.target) });
}

/** Every request inside is judged, recorded and dialled by who inspects; here the host alone is judged again. */
async function handOver(
  client: Socket,
  request: ConnectRequest,
  early: Uint8Array,
  registry: RegistryHost,
  services: Services,
): Promise<void> {
  const { inspection, decider, uid, note } = services;
  const { target } = request;
  const establish = (): void => void client.write(ESTABLISHED);
  const judge = (): Judgement => judgeConnect(decider, request, { isCovered: true });
  await services.open.hold({ judge, ended: note.ended }, (cut) => {
    // The socket may not be the client's any more, so that closing it ends nothing.
    const ends = AbortSignal.any([cut, services.stopped]);
    return note.tunnel(
      async () =>
        await inspection?.inspect({ client, early, target, registry, decider, uid, establish, cut: ends }),
    );
  });
}

function refuse(client: Socket, refusal: Judgement, { note }: Services): void {
  note.judged(refusal);
  answerAndClose(client, encodeRefusal(refusal));
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
