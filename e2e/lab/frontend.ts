/**
 * A BuildKit frontend image for `# syntax=`, made without a network or a compiler. A frontend talks gRPC over its standard
 * streams; all that this one ever says is "here is the result: an image without layers, with this label", so the bytes are
 * recorded here once and the program in the image is `cat`. It shows that BuildKit fetched and ran the frontend.
 */

import { buildImage, type Image } from './image.ts';
import type { Lab } from './lab.ts';

/** The label by which an image shows that this frontend made it. */
export const FRONTEND_LABEL = 'built-by';

export function buildFrontend(lab: Lab): Image {
  return buildImage(lab, 'frontend', {
    files: { 'say-result': recordReturn() },
    // The streams are the connection: what is said must be read before the program ends.
    entrypoint: ['/bin/sh', '-c', 'cat /say-result; sleep 2'],
  });
}

/** One HTTP/2 connection's worth of client bytes: preface, settings, and a call of LLBBridge.Return (RFC 9113, 3.4 and 4.1). */
function recordReturn(): Buffer {
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  const headers = Buffer.concat(
    [
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', '/moby.buildkit.v1.frontend.LLBBridge/Return'],
      [':authority', 'localhost'],
      ['content-type', 'application/grpc'],
      ['te', 'trailers'],
    ].map(([name = '', value = '']) => encodeHeader(name, value)),
  );
  return Buffer.concat([
    preface,
    encodeFrame('settings', Buffer.alloc(0)),
    encodeFrame('headers', headers),
    encodeFrame('data', encodeGrpc(encodeResult())),
  ]);
}

/** Frame types with the flags used here and the stream they belong to. */
const FRAMES = {
  data: { type: 0, flags: 0x1, stream: 1 },
  headers: { type: 1, flags: 0x4, stream: 1 },
  settings: { type: 4, flags: 0, stream: 0 },
} as const;

function encodeFrame(kind: keyof typeof FRAMES, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  const { type, flags, stream } = FRAMES[kind];
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Literal header field without indexing, new name (RFC 7541, 6.2.2). Lengths stay below 127, so each is one byte. */
function encodeHeader(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.of(0, name.length),
    Buffer.from(name),
    Buffer.of(value.length),
    Buffer.from(value),
  ]);
}

function encodeGrpc(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** ReturnRequest { result = 1: Result { metadata = 10: { "containerimage.config": … } } } of BuildKit's gateway.proto. */
function encodeResult(): Buffer {
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: { [FRONTEND_LABEL]: 'laboratory frontend' } },
    rootfs: { type: 'layers', diff_ids: [] },
  };
  const entry = [
    encodeField(1, Buffer.from('containerimage.config')),
    encodeField(2, Buffer.from(JSON.stringify(config))),
  ];
  return encodeField(1, encodeField(10, Buffer.concat(entry)));
}

/** A length-delimited protobuf field. */
function encodeField(number: number, value: Buffer): Buffer {
  const length: number[] = [];
  let left = value.length;
  for (; left > 127; left >>= 7) length.push((left & 127) | 128);
  return Buffer.concat([Buffer.of((number << 3) | 2, ...length, left), value]);
}
