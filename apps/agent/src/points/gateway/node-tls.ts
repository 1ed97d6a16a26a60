/** TLS as Node.js speaks it, on every platform. Leaves the faster way of Linux to `linux/tls-layer.ts`. */

import { connect as connectTls, TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import type { AcceptedTls, ClientSide, RegistrySide, TlsLayer } from './tls.ts';

const ALPN = ['http/1.1'];

export function createNodeTls(log: Logger): TlsLayer {
  return {
    accept: (side) => accept(side, log),
    connect: ({ under, target, context }: RegistrySide) =>
      connectTls({
        socket: under,
        host: target.host,
        ...(target.kind === 'name' && { servername: target.host }),
        secureContext: context.secure(),
        ALPNProtocols: ALPN,
      }),
    start: async () => undefined,
    stop: async () => undefined,
  };
}

/** The name in the handshake must be the one that the tunnel was opened, and judged, for. */
function accept({ client, early, target, certificate: { context } }: ClientSide, log: Logger): AcceptedTls {
  if (early.length > 0) client.unshift(early);
  const socket = new TLSSocket(client, {
    isServer: true,
    secureContext: context,
    ALPNProtocols: ALPN,
    SNICallback: (name, done) => {
      if (name.toLowerCase().replace(/\.$/, '') === target.host) return done(null, context);
      log.debug({ registry: target.host }, 'the TLS handshake names another host than the tunnel');
      done(new Error('another name than the tunnel'));
    },
  });
  client.once('close', () => socket.destroy());
  return {
    socket,
    lane: 0,
    reset: () => void client.resetAndDestroy(),
    totals: () => ({ received: client.bytesRead, sent: client.bytesWritten }),
  };
}
