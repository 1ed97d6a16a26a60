/**
 * One request to a host that may be hostile: verified TLS, bounded head, body and time, and no address on this machine or of
 * its cloud that a redirect could lead to. Leaves following redirects to `follow.ts`.
 */

import { type LookupAddress, lookup as resolveName } from 'node:dns';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { getCACertificates } from 'node:tls';
import { isRefusedAddress } from '@pullgate/agent';
import { quote } from '@pullgate/errors';
import { type HeaderField, toFields } from '@pullgate/wire';
import { CliError } from '../cli-error.ts';
import { VERSION } from '../version.ts';

export interface HopRequest {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of the body to read; 0: the head is enough. */
  readonly maxBodyBytes: number;
}

export interface HopAnswer {
  readonly url: URL;
  readonly status: number;
  readonly fields: readonly HeaderField[];
  /** Absent when it was longer than what was to be read. */
  readonly body?: Uint8Array;
}

export interface HopOptions {
  /** PEM of further authorities. */
  readonly ca?: string;
  /** The registry that was asked for stands on this machine, so that its other hosts may too. */
  readonly isLocal: boolean;
  /** The registry itself: whoever names a host may name any. */
  readonly isTarget: boolean;
  /** Ends all that is under way. */
  readonly signal: AbortSignal;
}

/** As much as a registry's longest links need. */
const MAX_HEAD_BYTES = 16 * 1024;
const TIMEOUT_MS = 10_000;

/** @throws CliError REGISTRY_UNREACHABLE, REDIRECT_REFUSED */
export async function fetchHop(
  { url, headers = {}, maxBodyBytes }: HopRequest,
  options: HopOptions,
): Promise<HopAnswer> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // The resolver is not asked about addresses, so they are judged here.
  if (isIP(host) !== 0) refuseAddress(host, url.hostname, options);
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const response = await send(url, headers, options, signal);
    const body = await readBody(response, maxBodyBytes, signal);
    const fields = toFields(response.rawHeaders);
    return { url, status: response.statusCode ?? 0, fields, ...(body !== undefined && { body }) };
  } catch (error) {
    throw error instanceof CliError ? error : unreachable(url, error, signal);
  }
}

function send(
  url: URL,
  headers: HopRequest['headers'],
  options: HopOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isSecure = url.protocol === 'https:';
  const settings = {
    headers: { 'user-agent': `pullgate/${VERSION}`, accept: '*/*', ...headers },
    agent: false as const,
    maxHeaderSize: MAX_HEAD_BYTES,
    lookup: createLookup(options),
    signal,
  };
  const ca = [
    ...getCACertificates('default'),
    ...getCACertificates('system'),
    ...(options.ca === undefined ? [] : [options.ca]),
  ];
  return new Promise((resolve, reject) => {
    const sent = isSecure
      ? requestSecure(url, { ...settings, ca }, resolve)
      : requestPlain(url, settings, resolve);
    sent.once('error', reject);
    sent.end();
  });
}

/** Judges every address that a name has before any is dialled, so that a second answer of the name server changes nothing. */
function createLookup(options: HopOptions): LookupFunction {
  return (name, wish, callback) => {
    resolveName(name, { all: true }, (failure, addresses) => {
      const error = failure ?? refusalOf(addresses, name, options);
      const [first] = addresses ?? [];
      if (error !== undefined) callback(error, '');
      else if (wish.all === true) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family);
    });
  };
}

function refusalOf(
  addresses: readonly LookupAddress[],
  name: string,
  options: HopOptions,
): NodeJS.ErrnoException | undefined {
  try {
    for (const { address } of addresses) refuseAddress(address, name, options);
    return undefined;
  } catch (error) {
    return error as CliError;
  }
}

/** Stops a hostile registry from having this command ask the machine's own services or the cloud's metadata. */
function refuseAddress(address: string, name: string, { isTarget, isLocal }: HopOptions): void {
  if (isTarget || !isRefusedAddress(address) || (isLocal && isLoopback(address))) return;
  throw new CliError(
    'REDIRECT_REFUSED',
    `the registry leads to ${quote(name)}, an address of this machine or its cloud`,
    {
      hint: 'no registry has a reason to; ask whoever runs it',
    },
  );
}

/** Whether it is an address of this machine alone. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^127(?:\.[0-9]{1,3}){3}$/.test(address);
}

async function readBody(
  response: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    if (maxBytes === 0) return undefined;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) return undefined;
      chunks.push(chunk);
    }
    signal.throwIfAborted();
    return Buffer.concat(chunks);
  } finally {
    response.destroy();
  }
}

function unreachable(url: URL, cause: unknown, signal: AbortSignal): CliError {
  const code = (cause as NodeJS.ErrnoException).code;
  const reason = signal.aborted ? 'no answer in time' : (code ?? 'no HTTP answer');
  const isTls = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|EPROTO|SSL/.test(code ?? '');
  return new CliError('REGISTRY_UNREACHABLE', `${quote(url.host)} cannot be asked: ${reason}`, {
    hint: isTls
      ? 'a registry with its own authority: --ca FILE; one without TLS: --insecure'
      : 'try from a machine that reaches it directly; this command uses no proxy',
    cause,
  });
}
