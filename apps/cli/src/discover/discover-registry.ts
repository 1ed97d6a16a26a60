/**
 * Asks a registry what it is made of, as an engine would: `/v2/`, a token for anybody, a manifest, the first byte of a blob.
 * Leaves what to make of the hosts to `compare.ts`.
 */

import { quote } from '@pullgate/errors';
import { InvalidReferenceError, parseRegistryHost } from '@pullgate/reference';
import {
  type BearerChallenge,
  formatAuthority,
  type RegistryEvidence,
  recognizeRegistry,
} from '@pullgate/wire';
import { CliError } from '../cli-error.ts';
import { toPrintable } from '../wording.ts';
import type { HopAnswer } from './fetch-hop.ts';
import { type FetchHop, follow } from './follow.ts';

export interface DiscoveryTarget {
  /** Where its API answers, ending in `/v2/`. */
  readonly api: URL;
  readonly repository?: string;
  readonly tag?: string;
}

/** Hosts as `host[:port]`, each once, in the order in which they were met; the registry's own is left out. */
export interface Discovery {
  readonly evidence: RegistryEvidence;
  readonly apiHosts: readonly string[];
  readonly tokenHosts: readonly string[];
  readonly blobHosts: readonly string[];
  /** The realm is at the registry itself. */
  readonly hasOwnTokens: boolean;
  /** A blob was reached, so that nothing of a pull is missing here. */
  readonly hasBlob: boolean;
  /** What could not be seen, and why. */
  readonly notes: readonly string[];
}

const MAX_PING_BYTES = 64 * 1024;
const MAX_TOKEN_BYTES = 64 * 1024;
/** What registries take at most as a manifest. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** @throws CliError REGISTRY_NOT_RECOGNIZED; and of the first question REGISTRY_UNREACHABLE, REDIRECT_REFUSED */
export async function discoverRegistry(target: DiscoveryTarget, fetchHop: FetchHop): Promise<Discovery> {
  const found = createFinds(target.api.host);
  const answer = await follow({ url: target.api, maxBodyBytes: MAX_PING_BYTES }, fetchHop, found.api);
  const recognition = recognizeRegistry(answer);
  if (!recognition.isRegistry) throw notRecognized(target.api);
  const { bearer, evidence } = recognition;
  if (bearer !== undefined) found.token(formatAuthority(bearer.tokenHost, bearer.isSecure ? 443 : 80));
  if (target.repository === undefined) found.note('blob hosts show in a pull: name a repository as well');
  else await found.orNote(() => pull(target, target.repository ?? '', bearer, found, fetchHop));
  return { evidence, ...found.result() };
}

function notRecognized({ host }: URL): CliError {
  return new CliError('REGISTRY_NOT_RECOGNIZED', `${quote(host)} answers, but not as a registry`, {
    hint: 'give the host that image names begin with; a registry answers on /v2/',
  });
}

interface Finds {
  api(host: string): void;
  token(host: string): void;
  blob(host: string): void;
  reached(): void;
  note(text: string): void;
  /** What goes wrong after the registry was recognized is told beside what was found. */
  orNote(work: () => Promise<void>): Promise<void>;
  result(): Omit<Discovery, 'evidence'>;
}

function createFinds(own: string): Finds {
  const [api, token, blob] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const notes: string[] = [];
  let [hasOwnTokens, hasBlob] = [false, false];
  const addTo = (set: Set<string>) => (host: string) => {
    if (!isNameable(host)) notes.push(`it leads to ${quote(host)}, a host that no policy can name`);
    else if (host !== own) set.add(host);
  };
  return {
    api: addTo(api),
    token: (host) => {
      if (host === own) hasOwnTokens = true;
      addTo(token)(host);
    },
    blob: addTo(blob),
    reached: () => {
      hasBlob = true;
    },
    note: (text) => void notes.push(text),
    async orNote(work) {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        notes.push(error.message);
      }
    },
    result: () => ({
      apiHosts: [...api],
      tokenHosts: [...token],
      blobHosts: [...blob],
      hasOwnTokens,
      hasBlob,
      notes,
    }),
  };
}

function isNameable(host: string): boolean {
  try {
    parseRegistryHost(host);
    return true;
  } catch (error) {
    if (error instanceof InvalidReferenceError) return false;
    throw error;
  }
}

async function pull(
  { api, tag = 'latest' }: DiscoveryTarget,
  repository: string,
  bearer: BearerChallenge | undefined,
  found: Finds,
  fetchHop: FetchHop,
): Promise<void> {
  const token = bearer === undefined ? undefined : await fetchToken(bearer, repository, found, fetchHop);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const at = (path: string) => new URL(`${repository}/${path}`, api);
  const digest = await findBlob(async (reference) => {
    const request = { url: at(`manifests/${reference}`), headers: { ...headers, accept: MANIFEST_TYPES } };
    const answer = await follow({ ...request, maxBodyBytes: MAX_MANIFEST_BYTES }, fetchHop, found.api);
    return parseManifest(answer, `${repository}:${tag}`);
  }, tag);
  const range = { ...headers, range: 'bytes=0-0' };
  const request = { url: at(`blobs/${digest}`), headers: range, maxBodyBytes: 0 };
  const answer = await follow(request, fetchHop, found.blob);
  if (answer.status === 200 || answer.status === 206) found.reached();
  else found.note(`the blob host ${answer.url.host} answered ${answer.status}`);
}

/** For anybody, to pull; a registry that gives none is asked without. */
async function fetchToken(
  { realm, service, isSecure }: BearerChallenge,
  repository: string,
  found: Finds,
  fetchHop: FetchHop,
): Promise<string | undefined> {
  if (!URL.canParse(realm))
    throw new CliError('REDIRECT_REFUSED', `${quote(realm)} is no place to get tokens from`);
  const url = new URL(realm);
  // Never asked in plain: nothing secret is sent, but the answer would be believed.
  if (!isSecure) found.note(`tokens come from ${url.host} over plain HTTP`);
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${repository}:pull`);
  const answer = await follow({ url, maxBodyBytes: MAX_TOKEN_BYTES }, fetchHop, found.token);
  const { token, access_token } = parseObject(answer) ?? {};
  const text = token ?? access_token;
  // What is not visible ASCII could not travel in a header.
  return typeof text === 'string' && /^[\x21-\x7e]+$/.test(text) ? text : undefined;
}

interface Manifest {
  /** Of an index: the first of its manifests. */
  readonly manifest?: string;
  readonly blob?: string;
}

/** An index leads to a manifest, once. */
async function findBlob(
  fetchManifest: (reference: string) => Promise<Manifest>,
  tag: string,
): Promise<string> {
  const first = await fetchManifest(tag);
  const second =
    first.blob === undefined && first.manifest !== undefined ? await fetchManifest(first.manifest) : first;
  if (second.blob !== undefined) return second.blob;
  throw new CliError('REGISTRY_NOT_RECOGNIZED', 'the manifest names no layer and no configuration');
}

/** @throws CliError REGISTRY_NOT_RECOGNIZED */
function parseManifest(answer: HopAnswer, name: string): Manifest {
  if (answer.status === 401 || answer.status === 403)
    throw new CliError(
      'REGISTRY_NOT_RECOGNIZED',
      `${quote(name)} is not for anybody to pull: blob hosts were not seen`,
    );
  if (answer.status !== 200)
    throw new CliError(
      'REGISTRY_NOT_RECOGNIZED',
      `the manifest of ${quote(name)} was answered with ${answer.status}`,
    );
  const { manifests, layers, config } = parseObject(answer) ?? {};
  const [manifest, layer] = [digestOf(firstOf(manifests)), digestOf(firstOf(layers))];
  const blob = layer ?? digestOf(config);
  return { ...(manifest !== undefined && { manifest }), ...(blob !== undefined && { blob }) };
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);

/** Only what cannot lead to another path. */
function digestOf(value: unknown): string | undefined {
  const digest =
    typeof value === 'object' && value !== null ? (value as { digest?: unknown }).digest : undefined;
  return typeof digest === 'string' && /^sha(?:256|512):[0-9a-f]{64,128}$/.test(digest) ? digest : undefined;
}

function parseObject({ body }: HopAnswer): Readonly<Record<string, unknown>> | undefined {
  if (body === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Text of a registry, for a terminal. */
export const toNote = (text: string): string => toPrintable(text).slice(0, 300);
