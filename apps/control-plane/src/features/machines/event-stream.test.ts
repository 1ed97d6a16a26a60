import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createEventHub } from '../bundles/event-hub.ts';
import { createEventStream, formatEvent } from './event-stream.ts';

/** A socket whose other end reads only when told to. */
const createSocket = () => new PassThrough({ writableHighWaterMark: 1, readableHighWaterMark: 1 });
const noPulse = { add: () => () => undefined, stop: () => undefined };
const announcement = { epoch: 1, revision: 2, etag: '"x"', url: '/agent/v1/policy' };
const textOf = (socket: PassThrough) => String(socket.read() ?? '');

describe('an event stream', () => {
  it('keeps no more for a slow reader than its bound', () => {
    const socket = createSocket();
    const stream = createEventStream(socket, 100);
    let sent = 0;
    while (stream.send('x'.repeat(40)) && sent < 100) sent += 1;
    expect(sent).toBeLessThan(6);
    expect(socket.writableLength).toBeLessThan(200);
    expect(stream.isOpen).toBe(true);
  });

  it('takes nothing after its end', () => {
    const stream = createEventStream(createSocket(), 100);
    stream.end();
    expect([stream.send('x'), stream.isOpen]).toEqual([false, false]);
  });

  it('writes events on lines of their own', () => {
    expect(formatEvent('decision', { text: 'a\nb' }, '7')).toBe(
      'event: decision\nid: 7\ndata: {"text":"a\\nb"}\n\n',
    );
  });
});

describe('the hub of streams', () => {
  it('drops who does not read and serves the others, each organization its own', async () => {
    const hub = createEventHub(noPulse);
    const sockets = { slow: createSocket(), good: createSocket(), foreign: createSocket() };
    hub.add({ machineId: 'slow', organizationId: 'a' }, createEventStream(sockets.slow, 50));
    hub.add({ machineId: 'good', organizationId: 'a' }, createEventStream(sockets.good, 1000));
    hub.add({ machineId: 'foreign', organizationId: 'b' }, createEventStream(sockets.foreign, 1000));
    const counts = [];
    for (let n = 0; n < 4; n += 1) counts.push(await hub.announce('a', 'policy', announcement));
    expect(counts.at(-1)).toBe(1);
    expect(sockets.slow.destroyed).toBe(true);
    expect(hub.size).toBe(2);
    expect(textOf(sockets.good)).toContain('event: policy');
    expect(textOf(sockets.foreign)).toBe('');
  });

  it('forgets a stream that closed, but not the one that took its place', () => {
    const hub = createEventHub(noPulse);
    const machine = { machineId: 'm', organizationId: 'a' };
    const [first, second] = [createEventStream(createSocket(), 10), createEventStream(createSocket(), 10)];
    hub.add(machine, first);
    hub.add(machine, second);
    expect(first.isOpen).toBe(false);
    hub.remove(machine, first);
    expect(hub.size).toBe(1);
    hub.close('m');
    expect([hub.size, second.isOpen]).toEqual([0, false]);
  });
});
