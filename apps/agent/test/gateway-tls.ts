/** The ways of TLS that this platform has, and what they moved. Holds no tests. */

import { createEventThreads } from '../src/linux/event-thread.ts';
import { createTlsLayer } from '../src/linux/tls-layer.ts';
import type { GatewayEffects } from '../src/points/gateway/point.ts';
import type { TlsLayer } from '../src/points/gateway/tls.ts';

export interface TlsKind {
  readonly name: string;
  readonly createTls: NonNullable<GatewayEffects['createTls']>;
  /** Lengths of the bodies that went past Node.js, and whether all of each did. */
  readonly moves: [bytes: number, isWhole: boolean][];
}

/** Node's own everywhere; the thread where it runs. */
export function tlsKinds(): readonly TlsKind[] {
  const moves: TlsKind['moves'] = [];
  const thread: TlsKind = {
    name: 'a thread',
    moves,
    createTls: (portable, config) => watch(createTlsLayer(portable, config, createEventThreads(2)), moves),
  };
  const node: TlsKind = { name: 'Node.js', moves: [], createTls: (portable) => portable };
  return process.platform === 'linux' ? [node, thread] : [node];
}

function watch(layer: TlsLayer, moves: TlsKind['moves']): TlsLayer {
  const { bodies } = layer;
  if (bodies === undefined) throw new Error('expected the thread to run on this platform');
  return {
    ...layer,
    bodies: {
      ...bodies,
      async move(from, to, bytes) {
        const isWhole = await bodies.move(from, to, bytes);
        moves.push([bytes, isWhole]);
        return isWhole;
      },
    },
  };
}
