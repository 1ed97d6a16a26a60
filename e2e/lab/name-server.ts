/**
 * A name server with one kind of answer: TXT records given as NAME=VALUE; everything else does not exist. It speaks DNS
 * (RFC 1035) over UDP on 127.0.0.1:53 of the laboratory. usage: name-server.ts NAME=VALUE ...; more come by standard input.
 */

import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';

const records = new Map<string, string>();
const learn = (line: string): void => {
  const [name = '', ...value] = line.split('=');
  records.set(name.toLowerCase(), value.join('='));
};
for (const record of process.argv.slice(2)) learn(record);
createInterface({ input: process.stdin }).on('line', learn);

const socket = createSocket('udp4');
socket.on('message', (query, peer) => socket.send(toAnswer(query), peer.port, peer.address));
socket.bind(53, '127.0.0.1', () => console.log('name server listening'));

function toAnswer(query: Buffer): Buffer {
  const { name, end } = readName(query);
  const value = records.get(name.toLowerCase());
  const isText = query.readUInt16BE(end) === 16 && value !== undefined;
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(isText ? 0x8180 : 0x8183, 2);
  header.writeUInt16BE(isText ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  const question = query.subarray(12, end + 4);
  if (!isText) return Buffer.concat([header, question]);
  const text = Buffer.from(value, 'ascii');
  const record = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 0, 0, text.length + 1, text.length]);
  return Buffer.concat([header, question, record, text]);
}

function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('ascii', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.'), end: at + 1 };
}
