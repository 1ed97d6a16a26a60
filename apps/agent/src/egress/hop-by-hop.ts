/** Which header fields travel on and which end here (RFC 9110, 7.6.1). Leaves framing to plain-http.ts. */

import { fieldValues, type HeaderField } from '@pullgate/wire';

/**
 * Fields of this hop alone. `proxy-authorization` is the client's secret for this proxy and `proxy-authenticate` the
 * upstream proxy's question to this one: neither is the other side's business. `expect` travels on.
 */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Fields that a Connection header must not take away: without them a message would mean something else. */
const END_TO_END: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'authorization',
  'content-type',
  'range',
]);

/** Fields that go on to the next hop. */
export function toEndToEnd(fields: readonly HeaderField[]): readonly HeaderField[] {
  const named = new Set(connectionOptions(fields).filter((name) => !END_TO_END.has(name)));
  return fields.filter(({ name }) => {
    const lower = name.toLowerCase();
    return !HOP_BY_HOP.has(lower) && !named.has(lower);
  });
}

/** Whether a peer asks to close after this message. `Proxy-Connection` is what old clients send for it. */
export function asksToClose(fields: readonly HeaderField[]): boolean {
  const old = fieldValues(fields, 'proxy-connection').map((value) => value.toLowerCase());
  return connectionOptions(fields).includes('close') || old.includes('close');
}

function connectionOptions(fields: readonly HeaderField[]): string[] {
  return fieldValues(fields, 'connection')
    .flatMap((value) => value.split(','))
    .map((option) => option.trim().toLowerCase());
}
