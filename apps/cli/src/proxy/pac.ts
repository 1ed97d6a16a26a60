/** Proxy auto-configuration: a script from the company's network, run in a sandbox of its own (QuickJS in WebAssembly). */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { fetch } from 'undici';
import { CliError } from '../cli-error.ts';

/** The largest known files of companies have some hundred kilobytes. */
const MAX_BYTES = 1024 * 1024;
const LOAD_TIMEOUT_MS = 10_000;
/** Time enough to look up some names. */
const RUN_TIMEOUT_MS = 5_000;

/**
 * The script's answer for a server, such as `PROXY proxy.acme.example:3128; DIRECT`. It learns the origin alone: paths may carry
 * what is no business of its author.
 * @throws CliError PROXY_UNUSABLE
 */
export async function evaluatePac(place: string, url: URL): Promise<string> {
  const script = await load(place);
  try {
    return await run(script, new URL('/', url));
  } catch (cause) {
    throw unusable(place, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** In a thread of its own: an endless loop in the script, or a slow call that no interrupt reaches, would hold the command for ever. */
async function run(script: string, url: URL): Promise<string> {
  const worker = new Worker(new URL('./pac-worker.ts', import.meta.url), {
    workerData: { script, url: url.href },
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), RUN_TIMEOUT_MS);
  worker.once('error', reject);
  worker.once('message', ({ answer, failure }: { answer?: string; failure?: string }) => {
    if (answer === undefined) reject(new Error(failure));
    else resolve(answer);
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

async function load(place: string): Promise<string> {
  let text: string;
  try {
    text = /^https?:/i.test(place) ? await download(place) : await readFile(toPath(place), 'utf8');
  } catch (cause) {
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    throw unusable(place, inner instanceof Error ? inner.message : String(inner), cause);
  }
  if (Buffer.byteLength(text) > MAX_BYTES) throw unusable(place, 'it is larger than 1 MiB');
  return text;
}

const toPath = (place: string): string => (/^file:/i.test(place) ? fileURLToPath(place) : place);

/** Without any proxy: it is what says which one there is. */
async function download(place: string): Promise<string> {
  const url = new URL(place);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const pair = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
    'base64',
  );
  const headers: Record<string, string> = username === '' ? {} : { authorization: `Basic ${pair}` };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(LOAD_TIMEOUT_MS) });
  if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error('it is larger than 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unusable(place: string, why: string, cause?: unknown): CliError {
  const shown = withoutPassword(why.split('\n', 1)[0]?.slice(0, 200) ?? '');
  return new CliError(
    'PROXY_UNUSABLE',
    `the proxy auto-configuration ${withoutPassword(place)} cannot be used: ${shown}`,
    {
      hint: 'mend it, or name the proxy instead: HTTPS_PROXY=http://proxy.example:3128',
      cause,
    },
  );
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, '//');
}
