/** A little DNS server on 127.0.0.1 that answers TXT questions (RFC 1035). */

import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

export interface DnsServer {
  readonly address: string;
  setTxt(name: string, ...values: string[]): void;
  close(): Promise<void>;
}

export async function startDnsServer(): Promise<DnsServer> {
  const records = new Map<string, readonly string[]>();
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    socket.send(answer(question, records), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    setTxt: (name, ...values) => {
      records.set(name, values);
    },
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

function answer(question: Buffer, records: ReadonlyMap<string, readonly string[]>): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const values = records.get(labels.join('.').toLowerCase());
  const header = Buffer.from(question.subarray(0, 12));
  // Response, authoritative, recursion available; NXDOMAIN when the name is unknown.
  header.writeUInt16BE(values === undefined ? 0x8583 : 0x8580, 2);
  header.writeUInt16BE(values?.length ?? 0, 6);
  header.writeUInt32BE(0, 8);
  return Buffer.concat([header, question.subarray(12, at + 5), ...(values ?? []).map(toTxt)]);
}

function toTxt(value: string): Buffer {
  // The name is a pointer to the question; TXT, IN, 0 s.
  const head = Buffer.from([0xc0, 0x0c, 0, 16, 0, 1, 0, 0, 0, 0, 0, value.length + 1, value.length]);
  return Buffer.concat([head, Buffer.from(value, 'latin1')]);
}
