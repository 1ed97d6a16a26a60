/**
 * What the gateway has no reading of its own for goes through it as it came: ranges, links, lists of tags, whatever they say. And lengths, which it must
 * read as everybody does, against a second reading. Random, over real connections.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchangeText, type HostileWorld, startHostileWorld, statusesIn } from './gateway-hostile-harness.ts';
import { until } from './temporary.ts';

const BLOB = `/v2/acme/app/blobs/sha256:${'a'.repeat(64)}`;

/** What the registry answers next, and what it was asked. */
interface Exchange {
  answer: Buffer;
  asked: string;
}

interface World extends HostileWorld {
  readonly next: Exchange;
  /** By connection of the registry. */
  readonly heard: Map<TLSSocket, string>;
}

async function startWorld(): Promise<World> {
  const next: Exchange = { answer: Buffer.alloc(0), asked: '' };
  const heard = new Map<TLSSocket, string>();
  const world = await startHostileWorld((socket, text) => {
    heard.set(socket, (heard.get(socket) ?? '') + text);
    if (!/^(?:GET|HEAD) /.test(text)) return;
    next.asked = text;
    socket.write(next.answer);
  });
  return Object.assign(world, { next, heard });
}

/** Asks on a connection that is kept, and gives what comes when it is whole. */
function createAsker(
  socket: TLSSocket,
): (request: string, isWhole: (body: string) => boolean) => Promise<string> {
  let heard = '';
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1');
  });
  return async (request, isWhole) => {
    heard = '';
    socket.write(request, 'latin1');
    await until(() => {
      const end = heard.indexOf('\r\n\r\n');
      return (end >= 0 && isWhole(heard.slice(end + 4))) || socket.destroyed;
    });
    await sleep(1);
    return heard;
  };
}

/** The body, whatever chunks it is in; undefined where it is not whole yet. */
function readBody(text: string, isChunked: boolean): Buffer | undefined {
  if (!isChunked) return Buffer.from(text, 'latin1');
  let body = '';
  for (let rest = text; ; ) {
    const [line = '', size = ''] = /^([0-9a-f]+)\r\n/i.exec(rest) ?? [];
    const length = Number.parseInt(size, 16);
    if (line === '' || rest.length < line.length + length + 2) return undefined;
    body += rest.slice(line.length, line.length + length);
    if (length === 0) return Buffer.from(body, 'latin1');
    rest = rest.slice(line.length + length + 2);
  }
}

/** A value as it may stand in a field: visible, with single blanks inside. */
const word = fc.stringMatching(/^[\x21-\x7e]{1,12}$/);
const anyValue = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const range = fc.oneof(
  fc.tuple(fc.nat(), fc.nat()).map(([from, to]) => `bytes=${from}-${to}`),
  fc.constantFrom(
    'bytes=0-',
    'bytes=-1',
    'bytes=0-0,2-3',
    'bytes=5-1',
    'bytes=99999999999999999999-',
    '0-99',
    'items=1',
    'bytes',
    'bytes = 0 - 1',
  ),
  anyValue,
);
const requestField = fc.oneof(
  range.map((value) => ['Range', value] as const),
  fc.tuple(fc.constantFrom('If-Range', 'If-None-Match', 'Accept', 'Cache-Control', 'OCI-X', 'X-Y'), anyValue),
);
const link = fc.oneof(
  fc.constantFrom(
    '</v2/acme/app/tags/list?n=2&last=b>; rel="next"',
    '<https://elsewhere.test/v2/_catalog?last=x>; rel="next"',
    '<?n=1>; rel=next; title="a,b", </x>; rel="prev"',
    '<',
  ),
  anyValue,
);
const answerField = fc.oneof(
  link.map((value) => ['Link', value] as const),
  fc.tuple(
    fc.constantFrom(
      'Content-Range',
      'Range',
      'OCI-Subject',
      'OCI-Filters-Applied',
      'Docker-Upload-UUID',
      'Warning',
      'ETag',
      'x-lower',
      'Set-Cookie',
    ),
    anyValue,
  ),
);
const status = fc.constantFrom(
  '200 OK',
  '206 Partial Content',
  '304 Not Modified',
  '404 Not Found',
  '416 Range Not Satisfiable',
  '429 Slow Down, please',
  '500 Oh',
);
const path = fc.constantFrom(
  BLOB,
  '/v2/acme/app/tags/list',
  '/v2/acme/app/tags/list?n=2&last=b',
  '/v2/acme/app/tags/list?n=-1&last=%zz&x',
  '/v2/',
);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.json().map((text) => new TextEncoder().encode(text)),
);

const linesOf = (head: string): readonly string[] => head.slice(0, head.indexOf('\r\n\r\n')).split('\r\n');

describe('requests and answers that nobody here needs to read', () => {
  it('go through as they came, one after the other on kept connections', { timeout: 120_000 }, async () => {
    await using world = await startWorld();
    const socket = await world.connect();
    const ask = createAsker(socket);
    const property = fc.asyncProperty(
      fc.record({ path, status, body, method: fc.constantFrom('GET', 'HEAD'), isChunked: fc.boolean() }),
      fc.array(requestField, { maxLength: 4 }),
      fc.array(answerField, { maxLength: 6 }),
      async (given, asked, answered) => {
        const hasBody = given.method === 'GET' && !given.status.startsWith('304');
        const framing = given.isChunked
          ? 'Transfer-Encoding: chunked'
          : `Content-Length: ${given.body.length}`;
        const fields = answered.map((pair) => pair.join(': '));
        const size = given.body.length.toString(16);
        const coded = given.isChunked
          ? Buffer.concat([
              Buffer.from(given.body.length === 0 ? '' : `${size}\r\n`),
              given.body,
              Buffer.from(given.body.length === 0 ? '0\r\n\r\n' : '\r\n0\r\n\r\n'),
            ])
          : Buffer.from(given.body);
        const head = `HTTP/1.1 ${given.status}\r\n${[...fields, framing].join('\r\n')}\r\n\r\n`;
        world.next.answer = Buffer.concat([Buffer.from(head, 'latin1'), hasBody ? coded : Buffer.alloc(0)]);
        const isWhole = (text: string): boolean => {
          if (!hasBody) return true;
          return given.isChunked ? readBody(text, true) !== undefined : text.length >= given.body.length;
        };
        const own = asked.map((pair) => `${pair.join(': ')}\r\n`).join('');
        const request = `${given.method} ${given.path} HTTP/1.1\r\nHost: ${world.registry.host}\r\n${own}\r\n`;
        const got = await ask(request, isWhole);
        expect(linesOf(got)[0]).toBe(`HTTP/1.1 ${given.status}`);
        expect(linesOf(got).slice(1, 1 + fields.length)).toEqual(fields);
        const after = got.slice(got.indexOf('\r\n\r\n') + 4);
        if (!hasBody) expect(after).toBe('');
        else expect(readBody(after, given.isChunked)).toEqual(Buffer.from(given.body));
        expect(linesOf(world.next.asked)[0]).toBe(`${given.method} ${given.path} HTTP/1.1`);
        expect(linesOf(world.next.asked).slice(2, 2 + asked.length)).toEqual(
          asked.map((pair) => pair.join(': ')),
        );
      },
    );
    await fc.assert(property, { numRuns: 300 });
    expect(world.lab.records.filter(({ decision }) => decision.effect === 'refuse')).toEqual([]);
    socket.destroy();
  });
});

/** One field, digits alone: the only way in which everybody reads a length alike. */
const readLength = (fields: readonly string[]): number | undefined => {
  const [value, ...more] = fields.map((field) =>
    field.slice(field.indexOf(':') + 1).replace(/^[ \t]+|[ \t]+$/g, ''),
  );
  return value !== undefined && more.length === 0 && /^[0-9]+$/.test(value) && Number(value) <= 1e15
    ? Number(value)
    : undefined;
};

/** Of a request that the registry heard; where there is none, it may be told so by an empty chunk. */
function bodyOf(heard: string): string {
  const end = heard.indexOf('\r\n\r\n') + 4;
  const isChunked = /^transfer-encoding: chunked\r/im.test(heard.slice(0, end));
  return readBody(heard.slice(end), isChunked)?.toString('latin1') ?? '';
}

describe('the length of an upload, read a second time', () => {
  it('is that of the first reading, or the request is refused and goes nowhere', {
    timeout: 120_000,
  }, async () => {
    await using world = await startWorld();
    const value = fc.oneof(
      fc.nat({ max: 12 }).map(String),
      fc.constantFrom(
        '',
        ' ',
        '+3',
        '-3',
        '3 ',
        ' 3',
        '03',
        '0x3',
        '3.0',
        '3e0',
        '3,3',
        '3, 3',
        '3;',
        "3'",
        '\u00b3',
        '3_0',
        '1e1000',
        '9'.repeat(30),
      ),
    );
    const name = fc.constantFrom(
      'Content-Length',
      'content-length',
      'CONTENT-LENGTH',
      'Content-Length ',
      'Content_Length',
    );
    const fields = fc.array(
      fc.tuple(name, value).map((pair) => pair.join(': ')),
      { minLength: 1, maxLength: 2 },
    );
    let count = 0;
    const property = fc.asyncProperty(fields, async (own) => {
      count += 1;
      const path = `/v2/acme/app/blobs/uploads/u${count}.`;
      const sent = 'abcdefghijkl';
      const said = `PATCH ${path} HTTP/1.1\r\nHost: ${world.registry.host}\r\nConnection: close\r\n${own.join('\r\n')}\r\n\r\n${sent}`;
      const answering = exchangeText(await world.connect(), said, 250);
      const statuses = statusesIn(await answering);
      // An earlier one may be heard late: each has a path of its own.
      const requests = [...world.heard.values()].flatMap((text) => text.split(/(?=PATCH )/));
      const heard = requests.find((text) => text.includes(`${path} `)) ?? '';
      const lengths = own.filter((field) => /^content-length *:/i.test(field));
      const isPlain = lengths.every((field) => !/^[^:]* :/.test(field));
      const length = lengths.length === 0 ? 0 : isPlain ? readLength(lengths) : undefined;
      if (length === undefined)
        expect([own, heard, statuses.filter((code) => code < 400)]).toEqual([own, '', []]);
      // What follows the body is the next request, and none: the connection ends, maybe before the whole body is through.
      else if (heard !== '')
        expect([own, sent.slice(0, length).startsWith(bodyOf(heard))]).toEqual([own, true]);
    });
    await fc.assert(property, { numRuns: 150 });
  });
});
